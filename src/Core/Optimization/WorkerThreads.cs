using System.Runtime.ExceptionServices;
using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Core.Optimization;

/// <summary>
/// Threads on each of which libtorch computes alone: for small models several of them beat one operation spread over several cores.
/// </summary>
internal sealed class WorkerThreads : IDisposable
{
    private readonly Thread[] _threads;
    private readonly Barrier _start;
    private readonly Barrier _end;
    private Action<int> _work = _ => { };
    private Exception? _failure;
    private volatile bool _isDisposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">How many.</param>
    public WorkerThreads(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_start, _end) = (new Barrier(count + 1), new Barrier(count + 1));
        _threads = [.. Enumerable.Range(0, count).Select(number => new Thread(() => Serve(number))
        {
            IsBackground = true,
            Name = $"gradient {number}",
        })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Gets the number of threads.</summary>
    public int Count => _threads.Length;

    /// <summary>Lets every thread do some work and waits for all.</summary>
    /// <param name="work">Is told the number of its thread.</param>
    public void Run(Action<int> work)
    {
        _work = work;
        _start.SignalAndWait();
        _end.SignalAndWait();
        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _start.SignalAndWait();
        Array.ForEach(_threads, thread => thread.Join());
        _start.Dispose();
        _end.Dispose();
    }

    private void Serve(int number)
    {
        TorchThreads.SetOfThisThread(1);
        while (true)
        {
            _start.SignalAndWait();
            if (_isDisposed)
            {
                return;
            }

            Work(number);
            _end.SignalAndWait();
        }
    }

    private void Work(int number)
    {
        try
        {
            _work(number);
        }
#pragma warning disable CA1031 // the thread that asked throws it
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, problem, null);
        }
    }
}
