namespace LlmEfficiency.Core.Sampling;

/// <summary>Draws tokens from logits.</summary>
public static class TokenSampler
{
    /// <summary>Draws the next token of a sequence.</summary>
    /// <param name="logits">The model's logits, <c>[vocab]</c>.</param>
    /// <param name="settings">Valid settings.</param>
    /// <param name="history">
    /// The sequence so far; its number of generated tokens is the step of the random numbers.
    /// </param>
    /// <param name="random">The sequence's random numbers.</param>
    public static int Draw(
        ReadOnlySpan<float> logits, SamplingSettings settings, TokenHistory history, SequenceRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        return TokenDistribution.Draw(logits, settings, history, random.Uniform(history.Generated.Count));
    }

    /// <summary>Draws the next token and says how likely it was.</summary>
    /// <param name="logits">The model's logits, <c>[vocab]</c>.</param>
    /// <param name="settings">Valid settings.</param>
    /// <param name="history">
    /// The sequence so far; its number of generated tokens is the step of the random numbers.
    /// </param>
    /// <param name="random">The sequence's random numbers.</param>
    /// <param name="alternatives">How many of the most likely tokens are listed beside it.</param>
    public static SampledToken DrawWithLogProbabilities(
        ReadOnlySpan<float> logits,
        SamplingSettings settings,
        TokenHistory history,
        SequenceRandom random,
        int alternatives)
    {
        ArgumentNullException.ThrowIfNull(history);
        var distribution = TokenDistribution.Compute(logits, settings, history);
        var id = distribution.Sample(random.Uniform(history.Generated.Count));
        return new SampledToken(
            id,
            LogProbabilities.Of(logits, id),
            Math.Log(distribution.ProbabilityOf(id)),
            LogProbabilities.Top(logits, alternatives))
        {
            Entropy = distribution.Entropy(),
        };
    }
}
