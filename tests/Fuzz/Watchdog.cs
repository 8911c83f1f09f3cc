namespace LlmEfficiency.Fuzz;

/// <summary>Ends the process, naming the input, when one reading takes for ever: a loop cannot be caught from inside.</summary>
public sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Timer _timer;
    private string _current = string.Empty;

    /// <summary>Starts a watchdog that sleeps.</summary>
    public Watchdog() => _timer = new Timer(_ => Environment.FailFast($"hang: {_current}"));

    /// <summary>Starts the time of the next input.</summary>
    /// <param name="current">The numbers that repeat it.</param>
    public void Watch(string current)
    {
        _current = current;
        _timer.Change(Limit, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
