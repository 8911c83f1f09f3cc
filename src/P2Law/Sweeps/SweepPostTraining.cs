using System.ComponentModel;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>How pruned models are trained: warm-up, then one rate, so that a run is a curve and not one point.</summary>
public sealed record SweepPostTraining
{
    /// <summary>Gets the tokens of a run.</summary>
    [Description("Tokens of a run")]
    public long Tokens { get; init; } = 262_144;

    /// <summary>Gets the learning rate; null takes the one that the base ended with.</summary>
    [Description("Learning rate behind the warm-up; null is that with which the base ended: learning_rate times final_share")]
    public double? LearningRate { get; init; }

    /// <summary>Gets the part of the steps in which the rate rises.</summary>
    [Description("Part of the steps in which the learning rate rises")]
    public double WarmupShare { get; init; } = 0.1;

    /// <summary>Gets how many losses are measured, at equal ratios of tokens from twice the warm-up to the end.</summary>
    [Description("How many losses are measured, at equal ratios of tokens from twice the warm-up to the end")]
    public int Evaluations { get; init; } = 12;

    /// <summary>Gets the most validation documents of a measurement.</summary>
    [Description("Most validation documents of a measurement")]
    public long Documents { get; init; } = 500;

    /// <summary>Gets the share of the base as a teacher in the loss; null or 0 trains on the data alone.</summary>
    [Description("Share of the divergence from the base in the loss, 0 to 1: distillation; null for none")]
    public double? DistillationWeight { get; init; }

    /// <summary>Refuses settings that cannot work.</summary>
    /// <param name="tokensPerStep">The tokens of a step.</param>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate(int tokensPerStep)
    {
        Require(Tokens >= 10L * tokensPerStep, "tokens", Tokens, $"at least ten steps of {tokensPerStep}");
        Require(LearningRate is null or >= 0, "learning_rate", LearningRate, "0 or more, or null");
        Require(WarmupShare is > 0 and < 0.5, "warmup_share", WarmupShare, "above 0 and below 0.5");
        Require(Evaluations >= 2, "evaluations", Evaluations, "2 or more");
        Require(Documents >= 1, "documents", Documents, "1 or more");
        Require(DistillationWeight is null or (>= 0 and <= 1), "distillation_weight", DistillationWeight, "0 to 1, or null");
    }

    private static void Require(bool holds, string key, object? value, string allowed)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"post_training.{key} is {value}: allowed is {allowed}"));
        }
    }
}
