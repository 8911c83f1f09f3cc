using System.Collections.Concurrent;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>Adds up how far the jobs of a sweep are.</summary>
/// <param name="total">How many bases and cells there are.</param>
/// <param name="done">How many were done before.</param>
/// <param name="work">How much work is left, in parameters times tokens.</param>
/// <param name="time">The clock.</param>
internal sealed class SweepMonitor(int total, int done, double work, TimeProvider time)
{
    private readonly ConcurrentDictionary<SweepJob, (long First, TrainingProgress Last)> _running = new();
    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private int _done = done;
    private double _workDone;

    /// <summary>Takes in how far a job is.</summary>
    public void Report(SweepJob job, TrainingProgress progress) => _running.AddOrUpdate(
        job, _ => (progress.Report.Step - 1, progress), (_, before) => (before.First, progress));

    /// <summary>Takes in that a job is over.</summary>
    public void Finish(SweepJob job, bool isDone)
    {
        lock (_gate)
        {
            _running.TryRemove(job, out _);
            _done += isDone ? 1 : 0;
            _workDone += isDone ? job.Work : 0;
        }
    }

    /// <summary>Returns how far the sweep is.</summary>
    public SweepProgress Show()
    {
        lock (_gate)
        {
            var running = _running.ToArray();
            var made = _workDone + running.Sum(pair => pair.Key.Work * (pair.Value.Last.Report.Step - pair.Value.First) / pair.Value.Last.Steps);
            return new SweepProgress(
                _done,
                total,
                [.. running.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair =>
                    (pair.Key.Name, pair.Value.Last.Report.Step, pair.Value.Last.Steps, pair.Value.Last.MeanLoss))],
                made > 0 ? time.GetElapsedTime(_began) * ((work - made) / made) : null);
        }
    }
}
