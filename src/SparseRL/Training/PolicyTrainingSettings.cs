using System.ComponentModel;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>How the policy is trained. An iteration draws responses once and learns from them in several updates.</summary>
public sealed record PolicyTrainingSettings
{
    /// <summary>Gets the number of iterations.</summary>
    [Description("Iterations: each draws responses and learns from them")]
    public long Iterations { get; init; } = 100;

    /// <summary>Gets the prompts of an iteration.</summary>
    [Description("Prompts of an iteration; each gets rollout.n responses")]
    public int PromptsPerIteration { get; init; } = 16;

    /// <summary>Gets the updates of an iteration.</summary>
    [Description("Optimizer updates of an iteration: the responses are shared out among them")]
    public int UpdatesPerIteration { get; init; } = 4;

    /// <summary>Gets how often the responses of an iteration are gone through.</summary>
    [Description("How often the responses of an iteration are gone through")]
    public int Epochs { get; init; } = 1;

    /// <summary>Gets the most tokens of a shard.</summary>
    [Description("Most tokens that are run together; a prompt with its longest response must fit")]
    public int TokensPerShard { get; init; } = 4096;

    /// <summary>Gets the peak learning rate.</summary>
    [Description("Peak learning rate; 1e-6 for models of billions of parameters, 3e-4 for one of 0.1 M")]
    public double LearningRate { get; init; } = 1e-6;

    /// <summary>Gets the form of the schedule behind the warm-up.</summary>
    [Description("Learning-rate schedule behind the warm-up: cosine, wsd, linear or constant")]
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Constant;

    /// <summary>Gets how many updates the rate rises.</summary>
    [Description("Updates in which the learning rate rises to its peak")]
    public long WarmupUpdates { get; init; }

    /// <summary>Gets the share of the peak at the end.</summary>
    [Description("Learning rate at the end as a share of the peak; a constant schedule takes no note of it")]
    public double FinalShare { get; init; } = 0.1;

    /// <summary>Gets the decay of matrices; norms and biases have none.</summary>
    [Description("Weight decay of matrices; norms and biases have none")]
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Gets how much of the mean of gradients stays.</summary>
    [Description("AdamW: how much of the mean of gradients stays")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Gets how much of the mean of squares stays.</summary>
    [Description("AdamW: how much of the mean of squared gradients stays")]
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Gets what is added to the root of the mean of squares.</summary>
    [Description("AdamW: what is added to the root of the mean of squares")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Gets the greatest length of the gradient; null does not clip.</summary>
    [Description("Greatest length of the gradient; null does not clip")]
    public double? ClipNorm { get; init; } = 1;

    /// <summary>Gets the type of weights and activations; parameters and optimizer are fp32 in any case.</summary>
    [Description("fp32, or bf16 for weights and activations with fp32 parameters and optimizer behind them")]
    public string Precision { get; init; } = "fp32";

    /// <summary>Gets whether activations are computed again in the backward pass instead of kept.</summary>
    [Description("Compute activations again in the backward pass instead of keeping them")]
    public bool ActivationCheckpointing { get; init; }

    /// <summary>Gets what happens when a loss or gradient is not a number.</summary>
    [Description("When a loss or gradient is not finite: stop, or skip the update")]
    public NonFinitePolicy NonFinite { get; init; } = NonFinitePolicy.Stop;

    /// <summary>Gets the seed of sampling, order and new weights.</summary>
    [Description("Seed of responses, their order, and the weights of a new model")]
    public ulong Seed { get; init; } = 1;

    /// <summary>Gets the number of updates of the whole run.</summary>
    internal long Updates => Iterations * UpdatesPerIteration * Epochs;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        var check = new SettingsRange("training");
        check.Require(Iterations > 0, "iterations", Iterations, "1 or more");
        check.Require(PromptsPerIteration > 0, "prompts_per_iteration", PromptsPerIteration, "1 or more");
        check.Require(UpdatesPerIteration > 0, "updates_per_iteration", UpdatesPerIteration, "1 or more");
        check.Require(Epochs > 0, "epochs", Epochs, "1 or more");
        check.Require(TokensPerShard > 0, "tokens_per_shard", TokensPerShard, "1 or more");
        check.Require(double.IsFinite(LearningRate) && LearningRate >= 0, "learning_rate", LearningRate, "0 or more");
        check.Require(WarmupUpdates >= 0, "warmup_updates", WarmupUpdates, "0 or more");
        check.Require(FinalShare is >= 0 and <= 1, "final_share", FinalShare, "0 to 1");
        check.Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, "weight_decay", WeightDecay, "0 or more");
        check.Require(Beta1 is >= 0 and < 1, "beta1", Beta1, "0 or more and less than 1");
        check.Require(Beta2 is >= 0 and < 1, "beta2", Beta2, "0 or more and less than 1");
        check.Require(Epsilon > 0, "epsilon", Epsilon, "more than 0");
        check.Require(ClipNorm is null or > 0, "clip_norm", ClipNorm, "more than 0, or null");
        check.Require(Precision is "fp32" or "bf16", "precision", Precision, "fp32 or bf16");
    }

    /// <summary>Returns the rates of an update.</summary>
    /// <param name="update">How many were made before.</param>
    internal AdamWStep Rates(long update)
    {
        var share = LearningRateSchedule.Share(Schedule, update, Updates, WarmupUpdates, Updates / 5, FinalShare);
        return new AdamWStep(update + 1, LearningRate * share, Beta1, Beta2, Epsilon, WeightDecay, GradientScale: 1);
    }
}
