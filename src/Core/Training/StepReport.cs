using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Training;

/// <summary>What one step did.</summary>
/// <param name="Step">Its number, from 1 on.</param>
/// <param name="Loss">The mean cross-entropy of its targets, in nats.</param>
/// <param name="GradientNorm">The length of the gradient before clipping.</param>
/// <param name="LearningRate">The rate it was made with.</param>
/// <param name="Tokens">The number of tokens that were run.</param>
/// <param name="Targets">The number of tokens that were predicted with loss.</param>
/// <param name="FirstSample">The first sample of its batch.</param>
/// <param name="NextSample">The first sample behind its batch.</param>
/// <param name="IsSkipped">Whether the parameters stayed as they were because a number was not finite.</param>
public sealed record StepReport(
    long Step, double Loss, double GradientNorm, double LearningRate, long Tokens, long Targets, long FirstSample, long NextSample, bool IsSkipped)
{
    /// <summary>Returns the error that ends a run whose numbers are not finite; it names the batch.</summary>
    public LlmEfficiencyException Failure() => new(ErrorKind.Numerics, string.Create(
        CultureInfo.InvariantCulture,
        $"step {Step}: the loss is {Loss} and the gradient's length {GradientNorm}, on samples {FirstSample} to {NextSample - 1}: "
        + $"lower training.learning_rate, or let training.non_finite be skip"));
}
