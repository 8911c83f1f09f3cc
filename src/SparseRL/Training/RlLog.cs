using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.SparseRL.Diagnostics;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>
/// What a run writes down: numbers that only depend on settings and prompts in one log, so that a resumed run leaves the same bytes, times in
/// another, responses in a journal, warnings among the run's notes.
/// </summary>
internal sealed class RlLog : IDisposable
{
    private readonly RunFolder _folder;
    private readonly RlSettings _settings;
    private readonly TimeProvider _time;
    private readonly RolloutJournal? _journal;
    private readonly TensorBoardWriter? _board;
    private readonly HealthWatch _health = new();
    private readonly long _began;
    private long _last;
    private double _seconds;
    private double _rejection;
    private double? _accuracy;

    /// <summary>Opens the logs and starts the clock.</summary>
    public RlLog(RunFolder folder, RlSettings settings, TimeProvider time)
    {
        (_folder, _settings, _time) = (folder, settings, time);
        _journal = settings.Rollout.Journal ? new RolloutJournal(RolloutJournal.PathIn(folder.FullPath)) : null;
        _board = settings.Logging.TensorBoard ? new TensorBoardWriter(Path.Combine(folder.FullPath, "tensorboard"), time) : null;
        (_began, _last) = (time.GetTimestamp(), time.GetTimestamp());
    }

    /// <summary>Forgets what was written after an iteration.</summary>
    public void TruncateAfter(long iteration)
    {
        _folder.Metrics.TruncateAfter(iteration);
        _folder.Timings.TruncateAfter(iteration);
        _folder.Notes.TruncateAfter(iteration);
        _journal?.TruncateAfter(iteration);
        _health.Resume(_folder.MetricsPath);
    }

    /// <summary>Writes an iteration.</summary>
    /// <returns>What the health rules say of it.</returns>
    public IReadOnlyList<string> Write(IterationReport report, RlState state)
    {
        var metrics = IterationMetrics.Of(report, state);
        var values = new Dictionary<string, double>(metrics);
        var warnings = _health.Judge(values);
        Append(_folder.Metrics, state.Iteration, metrics);
        _folder.Notes.Append(state.Iteration, warnings);
        _rejection = values[MismatchMetrics.RejectionRate];
        (_seconds, _last) = (_time.GetElapsedTime(_last).TotalSeconds, _time.GetTimestamp());
        Append(_folder.Timings, state.Iteration,
        [
            new(MetricNames.Seconds, _time.GetElapsedTime(_began).TotalSeconds),
            new("iteration_seconds", _seconds),
            new("rollout_seconds", report.Collected.Cost.Seconds),
            new(MetricNames.TokensPerSecond, report.Collected.Drawn.Sum(rollout => rollout.ResponseIds.Count) / Math.Max(_seconds, 1e-9)),
            new("resident" + MetricNames.BytesSuffix, HostMemory.Resident),
        ]);
        _journal?.Append(report.Batch.Entries(report.Iteration));
        return warnings;
    }

    /// <summary>Writes what an evaluation found.</summary>
    public void WriteEvaluation(RlState state, IReadOnlyList<AccuracyReport> reports)
    {
        _accuracy = reports[0].Accuracy;
        Append(_folder.Metrics, state.Iteration, [.. reports.SelectMany(Values)]);
    }

    /// <summary>Describes how far the run is.</summary>
    public RlProgress Progress(IterationReport report, RlState state, IReadOnlyList<string> warnings) => new(
        state.Iteration,
        _settings.Training.Iterations,
        report.Collected.Drawn.Average(rollout => rollout.Reward),
        _rejection,
        _accuracy,
        _seconds,
        warnings);

    /// <summary>Brings the logs to the disk.</summary>
    public void Flush()
    {
        _folder.Metrics.Flush();
        _folder.Timings.Flush();
        _journal?.Flush();
        _board?.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        _journal?.Dispose();
        _board?.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, double>> Values(AccuracyReport report)
    {
        var name = $"eval/{report.Cache}/";
        return report.Samples == 0
            ?
            [
                new($"{name}greedy", report.Accuracy), new($"{name}greedy{MetricNames.ErrorSuffix}", report.Error),
                new($"{name}kept_ratio", report.KeptRatio), new($"{name}kv{MetricNames.BytesSuffix}", report.CacheBytes),
            ]
            :
            [
                new($"{name}avg@{report.Samples}", report.Accuracy), new($"{name}avg@{report.Samples}{MetricNames.ErrorSuffix}", report.Error),
                new($"{name}pass@{report.Samples}", report.PassAtK),
            ];
    }

    private void Append(MetricLog log, long step, IReadOnlyCollection<KeyValuePair<string, double>> values)
    {
        log.Append(step, values);
        foreach (var (name, value) in values)
        {
            _board?.Scalar(name, step, value, _time.GetUtcNow());
        }
    }
}
