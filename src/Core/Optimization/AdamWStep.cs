namespace LlmEfficiency.Core.Optimization;

/// <summary>The rates of one step of <see cref="AdamW"/>.</summary>
/// <param name="Number">Which step, from 1 on: the bias correction depends on it.</param>
/// <param name="LearningRate">The rate of this step.</param>
/// <param name="Beta1">How much of the mean of gradients stays.</param>
/// <param name="Beta2">How much of the mean of squares stays.</param>
/// <param name="Epsilon">What is added to the root of the mean of squares.</param>
/// <param name="WeightDecay">The decay, multiplied by the rate.</param>
/// <param name="GradientScale">What the gradient is multiplied by first: the clipping factor.</param>
public readonly record struct AdamWStep(
    long Number, double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, double GradientScale);
