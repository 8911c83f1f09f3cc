namespace LlmEfficiency.Core.Training;

/// <summary>What came of one update.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="GradientNorm">The length of the gradient before clipping.</param>
public readonly record struct LearnerStep(double Loss, double GradientNorm)
{
    /// <summary>Gets whether both are numbers; if not, nothing was learned.</summary>
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradientNorm);
}
