namespace LlmEfficiency.Core.Backpropagation;

/// <summary>What a draft head learns (EAGLE, Li et al. 2024, 3.3): the features themselves, and the tokens that they stand for.</summary>
/// <param name="RegressionWeight">The weight of the smooth L1 distance of the features, the mean over their components.</param>
/// <param name="ClassificationWeight">The weight of the cross-entropy of the head's distribution to the model's, in nats.</param>
/// <param name="Noise">The width of the uniform noise on the features that are read, in a sequence of 512; it falls as the length grows.</param>
/// <param name="Seed">The source of the noise.</param>
public sealed record DraftHeadObjective(double RegressionWeight, double ClassificationWeight, double Noise, ulong Seed);
