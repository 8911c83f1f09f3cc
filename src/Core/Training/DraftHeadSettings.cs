using System.ComponentModel;
using System.Globalization;
using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Training;

/// <summary>How a draft head is trained in place of the model that it drafts for.</summary>
public sealed record DraftHeadSettings
{
    /// <summary>Gets the weight of the distance of foretold features.</summary>
    [Description("Weight of the smooth L1 distance between the features that are foretold and the model's")]
    public double RegressionWeight { get; init; } = 1;

    /// <summary>Gets the weight of the cross-entropy.</summary>
    [Description("Weight of the cross-entropy of the distribution that they stand for to the model's")]
    public double ClassificationWeight { get; init; } = 0.1;

    /// <summary>Gets the width of the noise on the features that are read.</summary>
    [Description("Width of the uniform noise on the features that are read, in a shard of 512 tokens; it falls as the length grows")]
    public double Noise { get; init; } = 0.2;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <param name="run">All settings of the run.</param>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value, or does not go with a head.</exception>
    public void Validate(RunSettings run)
    {
        ArgumentNullException.ThrowIfNull(run);
        (string Key, object? Value, bool Holds, string Allowed)[] rules =
        [
            ("head.regression_weight", RegressionWeight, double.IsFinite(RegressionWeight) && RegressionWeight >= 0, "0 or more"),
            ("head.classification_weight", ClassificationWeight, double.IsFinite(ClassificationWeight) && ClassificationWeight >= 0, "0 or more"),
            ("head.noise", Noise, double.IsFinite(Noise) && Noise >= 0, "0 or more"),
            ("model.from", null, run.Model.From is not null, "the model that the head is for"),
            ("distillation", "set", run.Distillation is null, "null beside head"),
            ("evaluation.tasks", "set", run.Evaluation.Tasks.Count == 0, "none beside head: a head does not answer by itself"),
            ("training.preserve_sparsity", true, !run.Training.PreserveSparsity, "false beside head"),
            ("training.activation_checkpointing", true, !run.Training.ActivationCheckpointing, "false beside head"),
        ];
        foreach (var (key, value, holds, allowed) in rules)
        {
            if (!holds)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Configuration, string.Create(CultureInfo.InvariantCulture, $"{key} is {value ?? "null"}: allowed is {allowed}"));
            }
        }
    }

    /// <summary>Returns what the head learns.</summary>
    internal DraftHeadObjective Objective(ulong seed) => new(RegressionWeight, ClassificationWeight, Noise, seed);
}
