using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Training;

/// <summary>
/// What a run writes down: numbers that only depend on settings and data in one log, so that a resumed run leaves the same bytes, and
/// times in another.
/// </summary>
internal sealed class RunLog(RunFolder folder, LoggingSettings settings, TimeProvider time) : IDisposable
{
    private readonly TensorBoardWriter? _board =
        settings.TensorBoard ? new TensorBoardWriter(Path.Combine(folder.FullPath, "tensorboard"), time) : null;

    private long _began = time.GetTimestamp();
    private long _lastLine = time.GetTimestamp();
    private long _tokensAtLine;
    private long _firstStep;
    private double _speed;
    private double _meanLoss;
    private bool _isLogged;
    private double? _validationLoss;

    /// <summary>Starts the clock.</summary>
    public void Begin(TrainerState state)
    {
        (_began, _lastLine) = (time.GetTimestamp(), time.GetTimestamp());
        (_tokensAtLine, _firstStep) = (state.Tokens, state.Step);
    }

    /// <summary>Writes a line if one is due.</summary>
    /// <returns>The state, whose sums begin anew behind a line that tells their mean; one of a skipped step tells its own loss.</returns>
    public TrainerState Write(StepReport report, TrainerState state, bool isLast)
    {
        _meanLoss = state.LossCount > 0 ? state.LossSum / state.LossCount : double.NaN;
        _isLogged = isLast || report.Step % settings.Every == 0 || report.IsSkipped;
        if (!_isLogged)
        {
            return state;
        }

        Append(folder.Metrics, report.Step, new Dictionary<string, double>
        {
            [MetricNames.Loss] = report.IsSkipped ? report.Loss : _meanLoss,
            [MetricNames.GradientNorm] = report.GradientNorm,
            [MetricNames.LearningRate] = report.LearningRate,
            [MetricNames.Tokens] = state.Tokens,
            [MetricNames.Targets] = report.Targets,
            [MetricNames.FirstSample] = report.FirstSample,
            [MetricNames.NextSample] = report.NextSample,
            [MetricNames.Skipped] = report.IsSkipped ? 1 : 0,
        });
        var seconds = time.GetElapsedTime(_lastLine).TotalSeconds;
        _speed = (state.Tokens - _tokensAtLine) / Math.Max(seconds, 1e-9);
        (_lastLine, _tokensAtLine) = (time.GetTimestamp(), state.Tokens);
        Append(folder.Timings, report.Step, new Dictionary<string, double>
        {
            [MetricNames.Seconds] = time.GetElapsedTime(_began).TotalSeconds,
            [MetricNames.TokensPerSecond] = _speed,
            ["resident" + MetricNames.BytesSuffix] = HostMemory.Resident,
        });
        return report.IsSkipped ? state : state with { LossSum = 0, LossCount = 0 };
    }

    /// <summary>Writes the result of an evaluation.</summary>
    public void WriteEvaluation(TrainerState state, double loss)
    {
        _validationLoss = loss;
        Append(folder.Metrics, state.Step, new Dictionary<string, double>
        {
            [MetricNames.ValidationLoss] = loss,
            [MetricNames.Tokens] = state.Tokens,
            ["validation_perplexity"] = Math.Exp(loss),
        });
    }

    /// <summary>Writes what a hook measured.</summary>
    public void WriteMeasurement(TrainerState state, IReadOnlyList<KeyValuePair<string, double>> values) =>
        Append(folder.Metrics, state.Step, values);

    /// <summary>Makes a step; where a number is not finite, <c>failure.txt</c> in the run's folder names the samples.</summary>
    public StepReport Guard(Func<StepReport> step)
    {
        try
        {
            return step();
        }
        catch (LlmEfficiencyException problem) when (problem.Kind == ErrorKind.Numerics)
        {
            AtomicFile.WriteText(Path.Combine(folder.FullPath, "failure.txt"), problem.Message + "\n");
            throw;
        }
    }

    /// <summary>Describes how far the run is.</summary>
    public TrainingProgress Progress(StepReport report, TrainerState state, long steps)
    {
        var elapsed = time.GetElapsedTime(_began);
        var remaining = elapsed * ((double)(steps - state.Step) / Math.Max(1, state.Step - _firstStep));
        var speed = _speed > 0 ? _speed : (state.Tokens - _tokensAtLine) / Math.Max(time.GetElapsedTime(_lastLine).TotalSeconds, 1e-9);
        return new TrainingProgress(report, steps, _meanLoss, _validationLoss, speed, remaining, _isLogged);
    }

    /// <summary>Brings both logs to the disk.</summary>
    public void Flush()
    {
        folder.Metrics.Flush();
        folder.Timings.Flush();
        _board?.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        _board?.Dispose();
    }

    private void Append(MetricLog log, long step, IReadOnlyCollection<KeyValuePair<string, double>> values)
    {
        log.Append(step, values);
        foreach (var (name, value) in values)
        {
            _board?.Scalar(name, step, value, time.GetUtcNow());
        }
    }
}
