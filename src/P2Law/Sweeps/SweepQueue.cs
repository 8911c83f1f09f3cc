namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>Hands out jobs, each behind the one that it requires.</summary>
/// <param name="jobs">The jobs, in the order in which they are preferred.</param>
/// <param name="bases">The bases that are there.</param>
internal sealed class SweepQueue(IEnumerable<SweepJob> jobs, IEnumerable<string> bases)
{
    private readonly object _gate = new();
    private readonly List<SweepJob> _waiting = [.. jobs];
    private readonly HashSet<string> _bases = [.. bases];
    private int _running;
    private bool _isClosed;

    /// <summary>Returns the next job that can be done, and waits for one as long as others are done that it may require.</summary>
    /// <returns>The job; null where there is none left.</returns>
    public SweepJob? Take()
    {
        lock (_gate)
        {
            while (!_isClosed)
            {
                var next = _waiting.FindIndex(job => job.Requires is null || _bases.Contains(job.Requires));
                if (next >= 0)
                {
                    var job = _waiting[next];
                    _waiting.RemoveAt(next);
                    _running++;
                    return job;
                }

                if (_running == 0)
                {
                    return null; // nothing is left, or only what a failed base was for
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    /// <summary>Tells that a job is over.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isDone">Whether it came to its end.</param>
    public void Finish(SweepJob job, bool isDone)
    {
        lock (_gate)
        {
            _running--;
            if (isDone && job.Makes is { } made)
            {
                _bases.Add(made);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Hands out no further job.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
