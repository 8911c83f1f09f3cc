using System.Buffers;

namespace LlmEfficiency.Core.Sampling;

/// <summary>
/// What takes tokens out of the choice: their logit becomes minus infinity. Every method works in place.
/// </summary>
/// <remarks>
/// Rows hold no NaN and at least one number above minus infinity; the most likely token always stays.
/// </remarks>
public static class LogitFilters
{
    /// <summary>Divides by the temperature and moves the largest logit to 0, which changes no probability.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="temperature">Above 0.</param>
    public static void Temper(Span<float> logits, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        VectorMath.ShiftAndScale(logits, VectorMath.Max(logits), (float)(1 / temperature));
    }

    /// <summary>Keeps the <paramref name="k"/> largest logits and all that equal the smallest of them.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="k">How many; more than there are keeps all.</param>
    public static void KeepTopK(Span<float> logits, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (k < logits.Length)
        {
            RemoveBelow(logits, PartialSelection.NthLargest(logits, k));
        }
    }

    /// <summary>
    /// Keeps each token while all that rank before it have less than probability <paramref name="p"/>. More likely
    /// tokens rank first, lower ids among equals (as float32 probabilities).
    /// </summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="p">Above 0, at most 1.</param>
    /// <remarks>Holtzman et al., The curious case of neural text degeneration (2020), section 3.1.</remarks>
    public static void KeepTopP(Span<float> logits, double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p);
        var rented = ArrayPool<float>.Shared.Rent(logits.Length);
        try
        {
            var weights = rented.AsSpan(0, logits.Length);
            var total = VectorMath.Exp(logits, VectorMath.Max(logits), weights);
            var (least, ties) = PartialSelection.Nucleus(weights, p * total);
            for (var id = 0; id < weights.Length; id++)
            {
                if (weights[id] < least || (weights[id] == least && --ties < 0))
                {
                    logits[id] = float.NegativeInfinity;
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Keeps the tokens with at least <paramref name="share"/> of the largest probability.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="share">In [0, 1].</param>
    /// <remarks>Nguyen et al., Turning up the heat: min-p sampling (2024), algorithm 1.</remarks>
    public static void KeepMinP(Span<float> logits, double share) =>
        RemoveBelow(logits, (float)(VectorMath.Max(logits) + Math.Log(share)));

    private static void RemoveBelow(Span<float> logits, float least)
    {
        foreach (ref var logit in logits)
        {
            logit = logit < least ? float.NegativeInfinity : logit;
        }
    }
}
