using System.ComponentModel;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Optimization;

namespace LlmEfficiency.Core.Training;

/// <summary>How a model is trained.</summary>
public sealed record OptimizationSettings
{
    /// <summary>Gets the number of optimizer steps.</summary>
    [Description("Number of optimizer steps")]
    public long Steps { get; init; } = 1000;

    /// <summary>Gets the most tokens of a step.</summary>
    [Description("Most tokens of one step, all shards together")]
    public int TokensPerStep { get; init; } = 8192;

    /// <summary>Gets into how many shards a step is divided: gradients are added in a fixed tree over them.</summary>
    [Description("Shards of a step; gradients are added in a fixed tree over them, whoever computes them")]
    public int VirtualShards { get; init; } = 8;

    /// <summary>Gets the peak learning rate.</summary>
    [Description("Peak learning rate")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Gets the form of the schedule behind the warm-up.</summary>
    [Description("Learning-rate schedule behind the warm-up: cosine, wsd, linear or constant")]
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Cosine;

    /// <summary>Gets how many steps the rate rises.</summary>
    [Description("Steps in which the learning rate rises to its peak")]
    public long WarmupSteps { get; init; } = 100;

    /// <summary>Gets how many steps the fall of a WSD schedule takes.</summary>
    [Description("Steps of the fall at the end of a wsd schedule")]
    public long DecaySteps { get; init; } = 200;

    /// <summary>Gets the share of the peak at the end.</summary>
    [Description("Learning rate at the end as a share of the peak")]
    public double FinalShare { get; init; } = 0.1;

    /// <summary>Gets the decay of matrices; norms and biases have none.</summary>
    [Description("Weight decay of matrices; norms and biases have none")]
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Gets how much of the mean of gradients stays.</summary>
    [Description("AdamW: how much of the mean of gradients stays")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Gets how much of the mean of squares stays.</summary>
    [Description("AdamW: how much of the mean of squared gradients stays")]
    public double Beta2 { get; init; } = 0.95;

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

    /// <summary>Gets whether weights of the layers' linear maps that are zero at the start stay zero: 2:4 and unstructured sparsity.</summary>
    [Description("Weights of the layers' matrices that are zero at the start stay exactly zero: keeps 2:4 and unstructured sparsity")]
    public bool PreserveSparsity { get; init; }

    /// <summary>Gets what happens when a loss or gradient is not a number.</summary>
    [Description("When a loss or gradient is not finite: stop, or skip the step")]
    public NonFinitePolicy NonFinite { get; init; } = NonFinitePolicy.Stop;

    /// <summary>Gets how many steps in a row may be skipped.</summary>
    [Description("With non_finite skip: how many steps in a row may be skipped")]
    public int MaxSkips { get; init; } = 10;

    /// <summary>Gets the seed of the weights that training starts from.</summary>
    [Description("Seed of the initial weights")]
    public ulong Seed { get; init; } = 1;

    /// <summary>Gets the standard deviation of the matrices that training starts from; a narrow model learns faster from larger ones.</summary>
    [Description("Standard deviation of the initial weights; about one over the root of the hidden size for very small models")]
    public double InitialDeviation { get; init; } = 0.02;

    /// <summary>Gets the most tokens of a shard.</summary>
    internal int TokensPerShard => TokensPerStep / VirtualShards;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        Require(Steps > 0, "steps", Steps, "1 or more");
        Require(VirtualShards is > 0 and <= 4096, "virtual_shards", VirtualShards, "1 to 4096");
        Require(TokensPerStep >= VirtualShards, "tokens_per_step", TokensPerStep, "at least one token a shard");
        Require(double.IsFinite(LearningRate) && LearningRate >= 0, "learning_rate", LearningRate, "0 or more");
        Require(WarmupSteps >= 0, "warmup_steps", WarmupSteps, "0 or more");
        Require(DecaySteps >= 0, "decay_steps", DecaySteps, "0 or more");
        Require(FinalShare is >= 0 and <= 1, "final_share", FinalShare, "0 to 1");
        Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, "weight_decay", WeightDecay, "0 or more");
        Require(Beta1 is >= 0 and < 1, "beta1", Beta1, "0 or more and less than 1");
        Require(Beta2 is >= 0 and < 1, "beta2", Beta2, "0 or more and less than 1");
        Require(Epsilon > 0, "epsilon", Epsilon, "more than 0");
        Require(ClipNorm is null or > 0, "clip_norm", ClipNorm, "more than 0, or null");
        Require(double.IsFinite(InitialDeviation) && InitialDeviation > 0, "initial_deviation", InitialDeviation, "more than 0");
        Require(Precision is "fp32" or "bf16", "precision", Precision, "fp32 or bf16");
        Require(MaxSkips >= 0, "max_skips", MaxSkips, "0 or more");
    }

    private static void Require(bool holds, string key, object? value, string allowed)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"training.{key} is {value}: allowed is {allowed}"));
        }
    }
}
