using System.Numerics;
using System.Runtime.InteropServices;

namespace LlmEfficiency.SamDecoding.Recycling;

/// <summary>Finds the likeliest tokens.</summary>
internal static class LargestLogits
{
    /// <summary>Finds the tokens of the largest logits, falling; of equals the lower id comes first.</summary>
    /// <param name="logits">The logits, <c>[vocab]</c>.</param>
    /// <param name="tokens">
    /// Receives the tokens; <see cref="RecyclingTable.None"/> where there are no more, or only such as cannot be drawn (−∞, no number).
    /// </param>
    public static void Find(ReadOnlySpan<float> logits, Span<int> tokens)
    {
        Span<float> largest = stackalloc float[tokens.Length];
        largest.Fill(float.NegativeInfinity);
        tokens.Fill(RecyclingTable.None);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        for (var vector = 0; vector < vectors.Length; vector++)
        {
            if (Vector.GreaterThanAny(vectors[vector], new Vector<float>(largest[^1]))) // soon true of few
            {
                Offer(logits, vector * Vector<float>.Count, (vector + 1) * Vector<float>.Count, largest, tokens);
            }
        }

        Offer(logits, vectors.Length * Vector<float>.Count, logits.Length, largest, tokens);
    }

    private static void Offer(ReadOnlySpan<float> logits, int first, int end, Span<float> largest, Span<int> tokens)
    {
        for (var token = first; token < end; token++)
        {
            var place = largest.Length;
            while (place > 0 && logits[token] > largest[place - 1])
            {
                place--;
            }

            if (place < largest.Length)
            {
                largest[place..^1].CopyTo(largest[(place + 1)..]);
                tokens[place..^1].CopyTo(tokens[(place + 1)..]);
                (largest[place], tokens[place]) = (logits[token], token);
            }
        }
    }
}
