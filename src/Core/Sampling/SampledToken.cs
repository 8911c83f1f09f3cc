namespace LlmEfficiency.Core.Sampling;

/// <summary>A drawn token with its log-probabilities, in nats.</summary>
/// <param name="Id">The token.</param>
/// <param name="ModelLogProbability">Under the model: log-softmax of the unchanged logits.</param>
/// <param name="SamplingLogProbability">
/// Under the distribution it was drawn from, after all filters; 0 if greedy.
/// </param>
/// <param name="Alternatives">The tokens most likely under the model, as many as were asked for.</param>
public sealed record SampledToken(
    int Id,
    double ModelLogProbability,
    double SamplingLogProbability,
    IReadOnlyList<TokenLogProbability> Alternatives)
{
    /// <summary>Gets the entropy of the distribution it was drawn from, in nats.</summary>
    public double Entropy { get; init; }
}
