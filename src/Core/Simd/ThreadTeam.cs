namespace LlmEfficiency.Core.Simd;

/// <summary>
/// Threads that work on the parts of a job together with the one that hands it out. Between jobs they wait in a loop for a short
/// while, so that a pass of many small jobs never waits for the system, and then sleep.
/// </summary>
/// <remarks>One caller at a time.</remarks>
internal sealed class ThreadTeam : IDisposable
{
    private const int Spins = 2_000;        // some fifty microseconds
    private const int SpinsBeforeYield = 200;
    private const int Pieces = 16;          // of a part's share, at most
    private const int Few = 4;              // groups of items for each part
    private const int Pair = 2;

    private readonly Thread[] _threads;
    private readonly SharedRange[] _shares;
    private readonly object _gate = new();
    private Action<int>? _work;
    private Exception? _failure;
    private int _job;
    private int _open;
    private int _asleep;
    private int _count;     // items of the job
    private int _piece;     // how many are taken at once; 0 if each part has its own for good
    private int _unit;      // how many are not taken apart where each has its own
    private bool _isOver;

    /// <summary>Starts the threads.</summary>
    /// <param name="size">How many work together, the caller among them.</param>
    public ThreadTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _shares = new SharedRange[size];
        _threads = [.. Enumerable.Range(1, size - 1).Select(part => new Thread(() => Live(part)) { IsBackground = true, Name = $"decode {part}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Gets how many work together.</summary>
    public int Size => _threads.Length + 1;

    /// <summary>Runs a job and returns when all parts are done.</summary>
    /// <param name="work">Does one part, by its number below <see cref="Size"/>.</param>
    /// <exception cref="InvalidOperationException">A part failed.</exception>
    public void Run(Action<int> work)
    {
        _work = work;
        Volatile.Write(ref _open, _threads.Length);
        Interlocked.Increment(ref _job);
        Wake();
        Do(work, 0);
        Await();
        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            throw new InvalidOperationException($"a part of the work failed: {failure.Message}", failure);
        }
    }

    /// <summary>Runs a job on items that the parts ask for by <see cref="Share"/>.</summary>
    /// <param name="work">Does one part, by its number below <see cref="Size"/>.</param>
    /// <param name="count">How many items.</param>
    /// <param name="together">How many neighbouring ones are better not taken apart; of several at least pairs stay together.</param>
    /// <exception cref="InvalidOperationException">A part failed.</exception>
    public void Run(Action<int> work, int count, int together)
    {
        (_count, _piece, _unit) = (count, 0, Math.Min(together, Pair));
        if (Size > 1 && count >= Few * together * Size)
        {
            var groups = count / together;
            _piece = Math.Max(1, groups / Size / Pieces) * together;
            for (var part = 0; part < Size; part++)
            {
                _shares[part].Set(Panels.Start(groups, part, Size) * together, part == Size - 1 ? count : Panels.Start(groups, part + 1, Size) * together);
            }
        }

        Run(work);
    }

    /// <summary>
    /// Returns the items of the running job that a part works on: an equal share of them, and what others have not begun when that is done, so that a
    /// thread whose core is slow is helped. Few items are shared out once for all.
    /// </summary>
    /// <param name="part">The part.</param>
    public SharedItems Share(int part) =>
        _piece > 0 ? new SharedItems(_shares, part, _piece) : new SharedItems((Start(part), Start(part + 1)));

    private int Start(int part) => Math.Min(_count, Panels.Start((_count + _unit - 1) / _unit, part, Size) * _unit);

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _isOver, true);
        Interlocked.Increment(ref _job);
        Wake();
        Array.ForEach(_threads, thread => thread.Join());
    }

    private void Wake()
    {
        if (Volatile.Read(ref _asleep) == 0)
        {
            return;
        }

        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Await()
    {
        for (var spins = 0; Volatile.Read(ref _open) > 0; spins++)
        {
            if (spins < SpinsBeforeYield)
            {
                Thread.SpinWait(4);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    private void Live(int part)
    {
        for (var done = 0; ; done++)
        {
            AwaitJob(done);
            if (Volatile.Read(ref _isOver))
            {
                return;
            }

            Do(_work!, part);
            Interlocked.Decrement(ref _open);
        }
    }

    private void Do(Action<int> work, int part)
    {
        try
        {
            work(part);
        }
#pragma warning disable CA1031 // whatever it is, the one who handed out the job is told
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _failure, failure);
        }
    }

    private void AwaitJob(int done)
    {
        for (var spins = 0; spins < Spins; spins++)
        {
            if (Volatile.Read(ref _job) != done)
            {
                return;
            }

            Thread.SpinWait(4);
        }

        lock (_gate)
        {
            Interlocked.Increment(ref _asleep);         // before the look at the job: who hands one out looks at this afterwards
            while (Volatile.Read(ref _job) == done)
            {
                _ = Monitor.Wait(_gate);
            }

            Interlocked.Decrement(ref _asleep);
        }
    }
}
