using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>A run of reinforcement learning in its folder; stopped at any moment, it goes on to the bit.</summary>
public sealed class RlRun : IDisposable
{
    private static readonly string[] Free =
        ["settings.description", "settings.training.iterations", "settings.evaluation.", "settings.checkpoints.", "settings.logging."];

    private readonly RlSettings _settings;
    private readonly RunFolder _folder;
    private readonly RlMachine _machine;
    private readonly RlLog _log;

    private RlRun(RlSettings settings, RunFolder folder, RlInputs inputs, RlHost host)
    {
        (_settings, _folder) = (settings, folder);
        _machine = new RlMachine(settings, inputs, host);
        _log = new RlLog(folder, settings, host.Time);
    }

    /// <summary>Gets where the run stands.</summary>
    public RlState State { get; private set; } = new();

    /// <summary>Gets the folder of the run.</summary>
    public string Folder => _folder.FullPath;

    private bool IsOver => State.Iteration >= _settings.Training.Iterations;

    /// <summary>Begins a run in a new folder.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="path">The folder; it must be empty or not be there.</param>
    /// <param name="host">Where it runs.</param>
    /// <exception cref="LlmEfficiencyException">A setting, a file or the folder cannot be used.</exception>
    public static RlRun Start(RlSettings settings, string path, RlHost host)
    {
        var resolved = settings.Resolve();
        var inputs = RlInputs.Open(resolved);
        return Owning(inputs, () =>
        {
            var manifest = RunManifest.Describe(
                RlSettings.RlKind, SettingsText.ToElement(settings, RlJson.Default.RlSettings), inputs.Fingerprints(), host.Time);
            return RunFolder.Create(path, manifest, host.Files);
        }, folder => new RlRun(resolved, folder, inputs, host));
    }

    /// <summary>Goes on with a run from its last whole checkpoint, or from its beginning if it has none.</summary>
    /// <param name="path">The folder of the run.</param>
    /// <param name="settings">Other settings, in what does not change the iterations already made; null for the same.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="warn">Is told of damaged checkpoints and of another machine or version.</param>
    /// <exception cref="LlmEfficiencyException">Settings or prompts are not those of the run, or nothing can be read.</exception>
    public static RlRun Resume(string path, RlSettings? settings, RlHost host, Action<string> warn)
    {
        var folder = RunFolder.Open(path, files: host.Files);
        try
        {
            folder.Checkpoints.SweepTemporary();
            var wanted = settings ?? RlRunSettings.Read(folder);
            var resolved = wanted.Resolve();
            var element = SettingsText.ToElement(wanted, RlJson.Default.RlSettings);
            if (folder.RequireSettings(element, Free).Count > 0)
            {
                folder.Rewrite(folder.Manifest with { Settings = element });
            }

            var checkpoint = folder.Checkpoints.Latest(warn);
            var inputs = RlInputs.Open(resolved);
            return Owning(inputs, () => folder, _ =>
            {
                folder.RequireInputs(inputs.Fingerprints(), host.Time, warn);
                folder.Checkpoints.DropAfter(checkpoint?.Step ?? 0);
                var run = new RlRun(resolved, folder, inputs, host);
                if (checkpoint is not null)
                {
                    run.State = TrainingCheckpoint.Load(checkpoint, run._machine.Model, RlJson.Default.RlState);
                }

                run._log.TruncateAfter(checkpoint?.Step ?? -1); // without one the evaluation before the first iteration is made again
                return run;
            });
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end, or until a stop is asked for; a checkpoint is saved in both cases.</summary>
    /// <param name="stop">Is asked after each iteration whether to stop.</param>
    /// <param name="progress">Is told of each iteration.</param>
    /// <exception cref="LlmEfficiencyException">A number is not finite, or a checkpoint cannot be saved.</exception>
    public RlOutcome Execute(Func<StopReason?> stop, Action<RlProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(stop);
        if (State.Iteration == 0 && _settings.Evaluation.Every > 0)
        {
            Evaluate();
        }

        StopReason? reason = null;
        while (!IsOver && reason is null)
        {
            reason = Iterate(stop, progress);
        }

        return new RlOutcome(
            State, reason, reason is null ? TrainingCheckpoint.Export(_folder, _machine.Model, _machine.Inputs.TokenizerFolder) : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _log.Dispose();
        _machine.Dispose();
        _folder.Dispose();
    }

    private static RlRun Owning(RlInputs inputs, Func<RunFolder> open, Func<RunFolder, RlRun> make)
    {
        try
        {
            var folder = open();
            try
            {
                return make(folder);
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        }
        catch
        {
            inputs.Dispose();
            throw;
        }
    }

    private StopReason? Iterate(Func<StopReason?> stop, Action<RlProgress>? progress)
    {
        var (state, report) = _machine.Trainer.Iterate(State);
        State = state;
        var warnings = _log.Write(report, State);
        var isBest = _settings.Evaluation.Every > 0 && Due(_settings.Evaluation.Every) && Evaluate();
        progress?.Invoke(_log.Progress(report, State, warnings));
        var reason = IsOver ? null : stop();
        if (isBest || reason is not null || Due(_settings.Checkpoints.Every))
        {
            Save();
        }

        return reason;
    }

    private bool Due(long every) => IsOver || (every > 0 && State.Iteration % every == 0);

    // Returns whether the checkpoint of this iteration is one to keep.
    private bool Evaluate()
    {
        var reports = _machine.Evaluate();
        _log.WriteEvaluation(State, reports);
        var accuracy = reports[0].Accuracy;
        var isBetter = accuracy > (State.BestAccuracy ?? double.NegativeInfinity);
        State = isBetter ? State with { BestAccuracy = accuracy, BestIteration = State.Iteration } : State;
        return isBetter && State.Iteration > 0 && _settings.Checkpoints.KeepBest;
    }

    private void Save()
    {
        _log.Flush();
        TrainingCheckpoint.Save(
            _folder.Checkpoints, State.Iteration, _machine.Model, _machine.Inputs.TokenizerFolder, State, RlJson.Default.RlState);
        _folder.Checkpoints.Prune(_settings.Checkpoints.Keep, _settings.Checkpoints.KeepBest ? State.BestIteration : null);
    }
}
