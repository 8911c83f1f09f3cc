using System.ComponentModel;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Training;

/// <summary>What a model learns from a larger one while it is trained.</summary>
public sealed record DistillationSettings
{
    /// <summary>Gets the teacher: a folder, a GGUF file or a name in the hub cache, with the same vocabulary.</summary>
    [Description("Model to learn from (folder, .gguf, or org/name in the hub cache); it has the same vocabulary")]
    public string Teacher { get; init; } = string.Empty;

    /// <summary>Gets the share of the teacher in the loss.</summary>
    [Description("Share of the divergence from the teacher in the loss, 0 to 1; the rest is the cross-entropy. 0 trains as without a teacher")]
    public double Weight { get; init; } = 0.5;

    /// <summary>Gets what both models' logits are divided by before they are compared.</summary>
    [Description("What the logits of both are divided by before they are compared; its square scales the divergence")]
    public double Temperature { get; init; } = 1;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        if (Teacher.Length == 0)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, "distillation.teacher is empty: name a model, or leave distillation out");
        }

        if (Weight is not (>= 0 and <= 1) || !(double.IsFinite(Temperature) && Temperature > 0))
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"distillation: weight is {Weight} (0 to 1), temperature {Temperature} (more than 0)"));
        }
    }
}
