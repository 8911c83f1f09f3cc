namespace LlmEfficiency.Core.Backpropagation;

/// <summary>What training wants of the log-probabilities of the target tokens.</summary>
/// <param name="first">The number of the first of these targets among those of the shard.</param>
/// <param name="logProbabilities">Natural logarithms, in the order of the targets.</param>
/// <param name="slopes">Receives the derivative of the loss by each of them.</param>
/// <returns>What these targets add to the loss.</returns>
/// <remarks>Called once a stretch of targets, so that the logits of a shard are never held whole.</remarks>
public delegate double TokenObjective(int first, ReadOnlySpan<float> logProbabilities, Span<float> slopes);
