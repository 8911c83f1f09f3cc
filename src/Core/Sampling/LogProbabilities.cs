using System.Buffers;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Sampling;

/// <summary>Log-probabilities of the model itself: the log-softmax of unchanged logits, in nats.</summary>
public static class LogProbabilities
{
    /// <summary>Returns <c>log Σ exp(logit)</c> without overflow.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var rented = ArrayPool<float>.Shared.Rent(logits.Length);
        try
        {
            var largest = VectorMath.Max(logits);
            return largest + Math.Log(VectorMath.Exp(logits, largest, rented));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Returns the log-probability of one token.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="id">The token.</param>
    public static double Of(ReadOnlySpan<float> logits, int id) => logits[id] - LogSumExp(logits);

    /// <summary>Returns the most likely tokens, the most likely first and lower ids first among equals.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="count">How many; more than there are returns all.</param>
    public static IReadOnlyList<TokenLogProbability> Top(ReadOnlySpan<float> logits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        count = Math.Min(count, logits.Length);
        if (count == 0)
        {
            return [];
        }

        var least = PartialSelection.NthLargest(logits, count);
        var found = new List<(int Id, float Logit)>(count);
        for (var id = 0; id < logits.Length; id++)
        {
            if (logits[id] >= least)
            {
                found.Add((id, logits[id]));
            }
        }

        // The sort is stable: equal tokens stay in the order of their ids.
        var total = LogSumExp(logits);
        return
        [
            .. found.OrderByDescending(token => token.Logit).Take(count)
                .Select(token => new TokenLogProbability(token.Id, token.Logit - total)),
        ];
    }

    /// <summary>Returns the most likely token, the lowest id among equals.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>, at least one.</param>
    public static int ArgMax(ReadOnlySpan<float> logits) => logits.IndexOf(VectorMath.Max(logits));

    /// <summary>Refuses logits that are not numbers.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="position">The index in its sequence of the token that they choose, for the message.</param>
    /// <exception cref="LlmEfficiencyException">A logit is NaN or infinite.</exception>
    public static void RequireFinite(ReadOnlySpan<float> logits, int position)
    {
        var bad = VectorMath.IndexOfNonFinite(logits);
        if (bad >= 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Numerics,
                $"the logits for token position {position} hold {logits[bad]} at id {bad}: "
                + "the weights are damaged, or the element type is too narrow (try float32)");
        }
    }
}
