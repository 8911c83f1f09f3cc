using System.Buffers;
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
        var rented = ArrayPool<float>.Shared.Rent(logits.Length);
        try
        {
            var row = rented.AsSpan(0, logits.Length);
            logits.CopyTo(row);
            LogProbabilities.RequireFinite(row, history.PromptLength + history.Generated.Count);
            Penalize(row, settings, history);
            return settings.IsGreedy ? Certain(LogProbabilities.ArgMax(row)) : Filter(row, settings);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Makes the distribution that always draws one token.</summary>
    public static TokenDistribution Certain(int id) => new([id], [1], 1);

    /// <summary>Returns the probability of one token; 0 for a token that was filtered out.</summary>
    public double ProbabilityOf(int id)
    {
        var index = Array.BinarySearch(_ids, id);
        return index < 0 ? 0 : _weights[index] / _total;
    }

    /// <summary>Draws a token by inverting the cumulative distribution in the order of ids.</summary>
    /// <param name="uniform">A random number in [0, 1).</param>
    public int Sample(double uniform)
    {
        var rest = uniform * _total;
        var last = 0;
        for (var index = 0; index < _weights.Length; index++)
        {
            if (_weights[index] > 0)
            {
                last = index;
                rest -= _weights[index];
                if (rest < 0)
                {
                    break;
                }
            }
        }

        return _ids[last];
    }

    private static void Penalize(Span<float> row, SamplingSettings settings, TokenHistory history)
    {
        if (settings.LogitBias is { Count: > 0 } bias)
        {
            LogitPenalties.AddBias(row, bias);
        }

        if (settings.RepetitionPenalty != 1)
        {
            LogitPenalties.PenalizeRepetition(row, history, settings.RepetitionPenalty);
        }

        if (settings.PresencePenalty != 0 || settings.FrequencyPenalty != 0)
        {
            LogitPenalties.PenalizeAnswer(row, history, settings.PresencePenalty, settings.FrequencyPenalty);
        }

        if (!float.IsFinite(VectorMath.Max(row)))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, "LogitBias forbids every token or overflows: leave at least one token finite");
        }
    }

    private static TokenDistribution Filter(Span<float> row, SamplingSettings settings)
    {
        LogitFilters.Temper(row, settings.Temperature);
        if (settings.TopK > 0)
        {
            LogitFilters.KeepTopK(row, settings.TopK);
        }

        if (settings.TopP < 1)
        {
            LogitFilters.KeepTopP(row, settings.TopP);
        }

        if (settings.MinP > 0)
        {
            LogitFilters.KeepMinP(row, settings.MinP);
        }

        var count = row.Length - row.Count(float.NegativeInfinity);
        var (ids, weights) = (new int[count], new float[count]);
        for (var (id, next) = (0, 0); next < count; id++)
        {
            if (row[id] > float.NegativeInfinity)
            {
                (ids[next], weights[next++]) = (id, row[id]);
            }
        }

        return new TokenDistribution(ids, weights, VectorMath.Exp(weights, VectorMath.Max(weights), weights));
    }
}
