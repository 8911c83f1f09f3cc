using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Sampling;

/// <summary>
/// The exact distribution the next token is drawn from, after all penalties and filters. Sampling, exact speculative
/// sampling and reinforcement learning all use this one. Immutable.
/// </summary>
public sealed class TokenDistribution
{
    private readonly int[] _ids;
    private readonly float[] _weights;
    private readonly double _total;

    private TokenDistribution(int[] ids, float[] weights, double total) =>
        (_ids, _weights, _total) = (ids, weights, total);

    /// <summary>
    /// Gets the tokens that can be drawn, ascending; a probability may still be 0 where it underflows.
    /// </summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>Computes the distribution.</summary>
    /// <param name="logits">The model's logits, <c>[vocab]</c>; left as they are.</param>
    /// <param name="settings">Valid settings.</param>
    /// <param name="history">What penalties look at.</param>
    /// <exception cref="LlmEfficiencyException">
    /// A logit is NaN or infinite, or the bias forbids every token.
    /// </exception>
    public static TokenDistribution Compute(ReadOnlySpan<float> logits, SamplingSettings settings, TokenHistory history)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(history);
        using var filtered = FilteredLogits.Of(logits, settings, history);
        return settings.IsGreedy
            ? Certain(LogProbabilities.ArgMax(filtered.Row))
            : Exponentiate(filtered.Ids.ToArray(), filtered.Values.ToArray());
    }

    /// <summary>Draws a token as <see cref="Sample"/> of <see cref="Compute"/> does, without making the distribution.</summary>
    /// <param name="logits">The model's logits, <c>[vocab]</c>; left as they are.</param>
    /// <param name="settings">Valid settings.</param>
    /// <param name="history">What penalties look at.</param>
    /// <param name="uniform">A random number in [0, 1).</param>
    /// <exception cref="LlmEfficiencyException">
    /// A logit is NaN or infinite, or the bias forbids every token.
    /// </exception>
    public static int Draw(ReadOnlySpan<float> logits, SamplingSettings settings, TokenHistory history, double uniform)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(history);
        using var filtered = FilteredLogits.Of(logits, settings, history);
        if (settings.IsGreedy)
        {
            return LogProbabilities.ArgMax(filtered.Row);
        }

        var weights = filtered.Values;
        return Pick(filtered.Ids, weights, VectorMath.Exp(weights, VectorMath.Max(weights), weights), uniform);
    }

    /// <summary>Makes the distribution that always draws one token.</summary>
    public static TokenDistribution Certain(int id) => new([id], [1], 1);

    /// <summary>Returns the probability of one token; 0 for a token that was filtered out.</summary>
    public double ProbabilityOf(int id)
    {
        var index = Array.BinarySearch(_ids, id);
        return index < 0 ? 0 : _weights[index] / _total;
    }

    /// <summary>Returns the entropy, in nats.</summary>
    public double Entropy()
    {
        var sum = 0.0;
        foreach (var weight in _weights)
        {
            sum += weight > 0 ? weight * Math.Log(weight) : 0;
        }

        return Math.Max(0, Math.Log(_total) - (sum / _total));
    }

    /// <summary>Draws a token by inverting the cumulative distribution in the order of ids.</summary>
    /// <param name="uniform">A random number in [0, 1).</param>
    public int Sample(double uniform) => Pick(_ids, _weights, _total, uniform);

    private static TokenDistribution Exponentiate(int[] ids, float[] weights) =>
        new(ids, weights, VectorMath.Exp(weights, VectorMath.Max(weights), weights));

    private static int Pick(ReadOnlySpan<int> ids, ReadOnlySpan<float> weights, double total, double uniform)
    {
        var rest = uniform * total;
        var last = 0;
        for (var index = 0; index < weights.Length; index++)
        {
            if (weights[index] > 0)
            {
                last = index;
                rest -= weights[index];
                if (rest < 0)
                {
                    break;
                }
            }
        }

        return ids[last];
    }
}
