using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Optimization;

namespace LlmEfficiency.Core.Training;

/// <summary>Makes training steps: a batch, its gradient, an update. Bits depend on settings and data, not on the number of threads.</summary>
public sealed class Trainer : IDisposable
{
    private readonly OptimizationSettings _settings;
    private readonly BatchPrefetch _batches;
    private readonly Learner _learner;

    /// <summary>Makes the threads and their memory.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="stream">The samples.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="threads">The number of threads; more than there are shards are of no use.</param>
    public Trainer(TrainingModel model, SampleStream stream, OptimizationSettings settings, int threads)
    {
        settings.Validate();
        _settings = settings;
        _batches = new BatchPrefetch(new BatchSource(stream, settings.VirtualShards, settings.TokensPerShard));
        _learner = new Learner(
            model, settings.TokensPerShard, settings.ActivationCheckpointing, Math.Clamp(threads, 1, settings.VirtualShards));
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
        var rate = _settings.LearningRate * LearningRateSchedule.Share(
            _settings.Schedule, State.Step, _settings.Steps, _settings.WarmupSteps, _settings.DecaySteps, _settings.FinalShare);
        var rates = new AdamWStep(
            State.Updates + 1, rate, _settings.Beta1, _settings.Beta2, _settings.Epsilon, _settings.WeightDecay, GradientScale: 1);
        var step = _learner.Step(batch.Shards, _ => objective, rates, _settings.ClipNorm);
        var report = new StepReport(
            State.Step + 1, step.Loss, step.GradientNorm, rate, tokens, targets, batch.FirstSample, batch.NextSample, !step.IsFinite);
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
        return _learner.Evaluate(shards, _ => objective);
    }

    /// <summary>Does some work on one of the threads on which libtorch computes alone, and waits for it.</summary>
    public void RunAlone(Action work) => _learner.RunAlone(work);

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();

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
