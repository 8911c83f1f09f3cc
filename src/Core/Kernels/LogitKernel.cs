using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>Log-probabilities of chosen tokens from logits, and the derivative by the logits.</summary>
/// <typeparam name="T">The type of the logits.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal static unsafe class LogitKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    /// <summary>Returns the logarithm of the sum of the exponentials of a row.</summary>
    /// <param name="logits">The row, <c>[vocab]</c>.</param>
    /// <param name="vocabulary">Its length.</param>
    /// <param name="factor">What the logits are multiplied by first.</param>
    public static float LogSumExp(T* logits, int vocabulary, float factor = 1)
    {
        var largest = Vector512.Create(float.NegativeInfinity);
        var at = 0;
        for (; at <= vocabulary - Lanes.Count; at += Lanes.Count)
        {
            largest = Vector512.Max(largest, TElement.Load(logits + at) * Vector512.Create(factor));
        }

        var max = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            max = MathF.Max(max, largest[lane]);
        }

        for (; at < vocabulary; at++)
        {
            max = MathF.Max(max, TElement.Get(logits[at]) * factor);
        }

        var sums = Vector512<float>.Zero;
        for (at = 0; at <= vocabulary - Lanes.Count; at += Lanes.Count)
        {
            sums += Lanes.Exp((TElement.Load(logits + at) * Vector512.Create(factor)) - Vector512.Create(max));
        }

        var sum = Vector512.Sum(sums);
        for (; at < vocabulary; at++)
        {
            sum += MathF.Exp((TElement.Get(logits[at]) * factor) - max);
        }

        return max + MathF.Log(sum);
    }

    /// <summary>
    /// Replaces a row of logits by the derivative of <c>slope · log p(token)</c> by them: <c>slope · (1[token] − p)</c>.
    /// </summary>
    /// <param name="logits">The row, <c>[vocab]</c>.</param>
    /// <param name="vocabulary">Its length.</param>
    /// <param name="logSumExp">What <see cref="LogSumExp"/> returned for the row.</param>
    /// <param name="token">The chosen token.</param>
    /// <param name="slope">The derivative by the log-probability.</param>
    public static void Derive(T* logits, int vocabulary, float logSumExp, int token, float slope)
    {
        var chosen = -slope * (MathF.Exp(TElement.Get(logits[token]) - logSumExp) - 1);
        var at = 0;
        for (; at <= vocabulary - Lanes.Count; at += Lanes.Count)
        {
            var probability = Lanes.Exp(TElement.Load(logits + at) - Vector512.Create(logSumExp));
            TElement.Store(logits + at, probability * Vector512.Create(-slope));
        }

        for (; at < vocabulary; at++)
        {
            logits[at] = TElement.Round(-slope * MathF.Exp(TElement.Get(logits[at]) - logSumExp));
        }

        logits[token] = TElement.Round(chosen);
    }
}
