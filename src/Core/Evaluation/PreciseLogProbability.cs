using System.Numerics;
using System.Runtime.InteropServices;
using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>
/// Log-probabilities in double precision. Sampling uses single precision, whose error of 10⁻⁷ would be the same in
/// every token and so would not average out of a perplexity.
/// </summary>
internal static class PreciseLogProbability
{
    /// <summary>Returns the natural log-probability of one token.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>, all finite.</param>
    /// <param name="id">The token.</param>
    public static double Of(ReadOnlySpan<float> logits, int id)
    {
        var largest = logits[LogProbabilities.ArgMax(logits)];
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        var (shift, sums) = (new Vector<double>(largest), Vector<double>.Zero);
        foreach (var vector in vectors)
        {
            Vector.Widen(vector, out var low, out var high);
            sums += Vector.Exp(low - shift) + Vector.Exp(high - shift);
        }

        var sum = Vector.Sum(sums);
        foreach (var logit in logits[(vectors.Length * Vector<float>.Count)..])
        {
            sum += Math.Exp(logit - (double)largest);
        }

        return logits[id] - (double)largest - Math.Log(sum);
    }
}
