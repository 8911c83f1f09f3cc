using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Optimization;

namespace LlmEfficiency.Core.Training;

/// <summary>Makes training steps: a batch, its gradient, an update. Bits depend on settings and data, not on the number of threads.</summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainingModel _model;
    private readonly OptimizationSettings _settings;
    private readonly BatchPrefetch _batches;
    private readonly WorkerThreads _threads;
    private readonly GradientTeam<PackedShard> _team;
    private readonly ParameterUpdate _update;

    /// <summary>Makes the threads and their memory.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="stream">The samples.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="threads">The number of threads; more than there are shards are of no use.</param>
    public Trainer(TrainingModel model, SampleStream stream, OptimizationSettings settings, int threads)
    {
        settings.Validate();
        (_model, _settings) = (model, settings);
        _batches = new BatchPrefetch(new BatchSource(stream, settings.VirtualShards, settings.TokensPerShard));
        _threads = new WorkerThreads(Math.Clamp(threads, 1, settings.VirtualShards));
        _team = new GradientTeam<PackedShard>(
            _threads, () => model.MakeWorker(settings.TokensPerShard, settings.ActivationCheckpointing), (int)model.State.Layout.Length);
        _update = new ParameterUpdate(_threads, model.State);
    }

    /// <summary>Gets or sets where the run stands.</summary>
    public TrainerState State { get; set; } = new();

    /// <summary>Makes one step.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// The loss or the gradient is not finite, and the settings do not let the step be skipped; the parameters are as before.
    /// </exception>
    public StepReport Step()
    {
        var batch = _batches.Take(State.NextSample);
        var targets = batch.Shards.Sum(shard => (long)shard.TargetCount);
        var tokens = batch.Shards.Sum(shard => (long)shard.Tokens.Length);
        var objective = TokenObjectives.CrossEntropy(1.0 / Math.Max(1, targets));
        var (loss, gradient) = _team.Differentiate(batch.Shards, _ => objective);
        var norm = _update.Norm(gradient);
        var rate = _settings.LearningRate * LearningRateSchedule.Share(
            _settings.Schedule, State.Step, _settings.Steps, _settings.WarmupSteps, _settings.DecaySteps, _settings.FinalShare);
        var report = new StepReport(
            State.Step + 1, loss, norm, rate, tokens, targets, batch.FirstSample, batch.NextSample, !double.IsFinite(loss) || !double.IsFinite(norm));
        if (!report.IsSkipped)
        {
            var step = new AdamWStep(
                State.Updates + 1, rate, _settings.Beta1, _settings.Beta2, _settings.Epsilon, _settings.WeightDecay,
                GradientNorm.ClipFactor(norm, _settings.ClipNorm));
            _update.Apply(gradient, step, _model.Round);
            _model.Send();
        }

        _team.Return(gradient);
        Advance(report);
        return report;
    }

    /// <summary>Computes the mean cross-entropy of documents.</summary>
    /// <param name="shards">The documents.</param>
    /// <returns>Nats for each target, added in the order of the shards.</returns>
    public double Evaluate(IReadOnlyList<PackedShard> shards)
    {
        var targets = shards.Sum(shard => (long)shard.TargetCount);
        var objective = TokenObjectives.CrossEntropy(1.0 / Math.Max(1, targets));
        return _team.ForEach(shards, (worker, shard) => worker.Evaluate(shards[shard], objective)).Sum();
    }

    /// <summary>Does some work on one of the threads on which libtorch computes alone, and waits for it.</summary>
    public void RunAlone(Action work) => _threads.Run(thread =>
    {
        if (thread == 0)
        {
            work();
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        _threads.Dispose();
    }

    private void Advance(StepReport report)
    {
        if (report.IsSkipped && (_settings.NonFinite == NonFinitePolicy.Stop || State.SkipsInRow >= _settings.MaxSkips))
        {
            throw report.Failure();
        }

        State = State with
        {
            Step = report.Step,
            NextSample = report.NextSample,
            Updates = State.Updates + (report.IsSkipped ? 0 : 1),
            Tokens = State.Tokens + report.Tokens,
            SkipsInRow = report.IsSkipped ? State.SkipsInRow + 1 : 0,
            LossSum = State.LossSum + (report.IsSkipped ? 0 : report.Loss),
            LossCount = State.LossCount + (report.IsSkipped ? 0 : 1),
        };
    }
}
