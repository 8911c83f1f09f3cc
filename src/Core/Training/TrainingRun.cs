using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Training;

/// <summary>A training run in its folder: steps, evaluations, checkpoints, logs; stopped at any moment, it goes on to the bit.</summary>
public sealed class TrainingRun : IDisposable
{
    private readonly RunSettings _settings;
    private readonly RunFolder _folder;
    private readonly TrainingInputs _inputs;
    private readonly TrainingModel _model;
    private readonly Trainer _trainer;
    private readonly RunLog _log;
    private readonly RunMeasurements _measurements;

    private TrainingRun(RunSettings settings, RunFolder folder, TrainingInputs inputs, TrainingHost host)
    {
        (_settings, _folder, _inputs) = (settings, folder, inputs);
        _model = RunModel.Make(inputs, settings, host.Device);
        _trainer = new Trainer(_model, inputs.Stream, settings.Training, host.Threads);
        _log = new RunLog(folder, settings.Logging, host.Time);
        _measurements = new RunMeasurements(settings.Evaluation, host, inputs.TokenizerFolder);
    }

    /// <summary>Gets what the user should know about the data and the model.</summary>
    public IReadOnlyList<string> Remarks => _settings.Training.PreserveSparsity && KeptZeros == 0
        ? [.. _inputs.Remarks, "training.preserve_sparsity: no weight of the layers is zero, so there is none to keep"]
        : _inputs.Remarks;

    /// <summary>Gets how many weights stay zero.</summary>
    public long KeptZeros => _model.KeptZeros;

    /// <summary>Gets where the run stands.</summary>
    public TrainerState State => _trainer.State;

    /// <summary>Gets the folder of the run.</summary>
    public string Folder => _folder.FullPath;

    /// <summary>Begins a run in a new folder.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="path">The folder; it must be empty or not be there.</param>
    /// <param name="host">Where it runs.</param>
    /// <exception cref="LlmEfficiencyException">A setting, a file or the folder cannot be used.</exception>
    public static TrainingRun Start(RunSettings settings, string path, TrainingHost host)
    {
        settings.Validate();
        var inputs = TrainingInputs.Open(settings, host.Tasks);
        var folder = RunFolder.Create(path, ResumedSettings.Describe(settings, inputs, host.Time), host.Files);
        return Owning(folder, () => new TrainingRun(settings, folder, inputs, host));
    }

    /// <summary>Goes on with a run from its last whole checkpoint, or from its beginning if it has none.</summary>
    /// <param name="path">The folder of the run.</param>
    /// <param name="settings">
    /// Other settings than the run began with, in what does not change the steps already made; null for the same.
    /// </param>
    /// <param name="host">Where it runs.</param>
    /// <param name="warn">Is told of damaged checkpoints and of another machine or version.</param>
    /// <exception cref="LlmEfficiencyException">Settings or data are not those of the run, or nothing can be read.</exception>
    public static TrainingRun Resume(string path, RunSettings? settings, TrainingHost host, Action<string> warn)
    {
        var folder = RunFolder.Open(path, files: host.Files);
        return Owning(folder, () =>
        {
            folder.Checkpoints.SweepTemporary();
            var checkpoint = folder.Checkpoints.Latest(warn);
            var resumed = ResumedSettings.Merge(folder, settings, checkpoint?.Step ?? 0);
            var inputs = TrainingInputs.Open(resumed, host.Tasks);
            var free = resumed.Evaluation == ResumedSettings.Read(folder).Evaluation ? null : TrainingInputs.ValidationKey;
            folder.RequireInputs(inputs.Fingerprints(), host.Time, warn, free);
            ResumedSettings.Keep(folder, resumed, inputs);
            folder.Checkpoints.DropAfter(checkpoint?.Step ?? 0);
            var run = new TrainingRun(resumed, folder, inputs, host);
            if (checkpoint is not null)
            {
                run._trainer.State = TrainingCheckpoint.Load(checkpoint, run._model, TrainingJson.Default.TrainerState);
            }

            var last = checkpoint?.Step ?? -1; // before the first step a line may be there too
            folder.Metrics.TruncateAfter(last);
            folder.Timings.TruncateAfter(last);
            return run;
        });
    }

    /// <summary>Trains to the end, or until a stop is asked for; a checkpoint is saved in both cases.</summary>
    /// <param name="stop">Is asked after each step whether to stop.</param>
    /// <param name="progress">Is told of each step.</param>
    /// <exception cref="LlmEfficiencyException">A number is not finite, or a checkpoint cannot be saved.</exception>
    public TrainingOutcome Execute(Func<StopReason?> stop, Action<TrainingProgress>? progress = null)
    {
        _log.Begin(State);
        MeasureStart();
        StopReason? reason = null;
        while (!IsOver && reason is null)
        {
            var before = State.Tokens;
            var report = _log.Guard(_trainer.Step);
            var isBest = IsEvaluationDue(before) && Evaluate();
            _trainer.State = _log.Write(report, State, IsOver);
            progress?.Invoke(_log.Progress(report, State, _settings.Training.Steps));
            reason = IsOver ? null : stop();
            if (isBest || reason is not null || Due(_settings.Checkpoints.Every))
            {
                Save();
            }
        }

        return reason is null
            ? new TrainingOutcome(State, null, IsStale, TrainingCheckpoint.Export(_folder, _model, _inputs.TokenizerFolder))
            : new TrainingOutcome(State, reason, false, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _log.Dispose();
        _trainer.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }

    private bool IsOver => State.Step >= _settings.Training.Steps || IsStale;

    private bool IsStale => State.StaleEvaluations >= (_settings.Evaluation.Patience ?? int.MaxValue);

    private static TrainingRun Owning(RunFolder folder, Func<TrainingRun> make)
    {
        try
        {
            return make();
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private bool Due(long every) => IsOver || (every > 0 && State.Step % every == 0);

    private bool IsEvaluationDue(long before) =>
        Due(_settings.Evaluation.Every) || _settings.Evaluation.IsPassed(before, State.Tokens);

    private void MeasureStart()
    {
        if (State.Step == 0 && _settings.Evaluation.AtStart)
        {
            _ = Measure();
        }
    }

    // Writes down what there is to measure; returns the validation loss.
    private double? Measure()
    {
        _measurements.Write(_model, _trainer, _log);
        if (_inputs.Validation.Count == 0)
        {
            return null;
        }

        var loss = _trainer.Evaluate(_inputs.Validation);
        _log.WriteEvaluation(State, loss);
        return loss;
    }

    // Returns whether the checkpoint of this step is one to keep.
    private bool Evaluate()
    {
        if (Measure() is not { } loss)
        {
            return false;
        }

        var isBetter = loss < (State.BestLoss ?? double.PositiveInfinity) - _settings.Evaluation.MinImprovement;
        _trainer.State = State with
        {
            BestLoss = isBetter ? loss : State.BestLoss,
            BestStep = isBetter ? State.Step : State.BestStep,
            StaleEvaluations = isBetter ? 0 : State.StaleEvaluations + 1,
        };
        return isBetter && _settings.Checkpoints.KeepBest;
    }

    private void Save()
    {
        _log.Flush();
        TrainingCheckpoint.Save(
            _folder.Checkpoints, State.Step, _model, _inputs.TokenizerFolder, State, TrainingJson.Default.TrainerState);
        _folder.Checkpoints.Prune(_settings.Checkpoints.Keep, _settings.Checkpoints.KeepBest ? State.BestStep : null);
    }
}
