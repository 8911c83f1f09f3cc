using System.Numerics;
using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Backpropagation;

namespace LlmEfficiency.Core.Optimization;

/// <summary>Which weights of a pruned model are zero and stay so: one bit a parameter, in the order of its layout.</summary>
/// <remarks>
/// A parameter whose gradient is always zero keeps zero means, and a step of AdamW from zero along zero means ends at zero, with
/// weight decay too: so the mask is put on gradients alone. Zhou et al.: Learning N:M fine-grained structured sparse neural networks
/// from scratch (ICLR 2021) call this training with a fixed mask.
/// </remarks>
internal sealed class SparsityMask
{
    /// <summary>The number of parameters that one word tells about; layouts begin parameters at multiples of it.</summary>
    public const int WordLength = 16;

    private static readonly Vector512<uint> Bits = Vector512.Create(
        1u << 0, 1u << 1, 1u << 2, 1u << 3, 1u << 4, 1u << 5, 1u << 6, 1u << 7,
        1u << 8, 1u << 9, 1u << 10, 1u << 11, 1u << 12, 1u << 13, 1u << 14, 1u << 15);

    /// <summary>Takes a mask over.</summary>
    /// <param name="words">Bit <c>i</c> of word <c>w</c> is set if parameter <c>16 w + i</c> stays zero.</param>
    public SparsityMask(short[] words) => Words = words;

    /// <summary>Gets the mask: bit <c>i</c> of word <c>w</c> is set if parameter <c>16 w + i</c> stays zero.</summary>
    public short[] Words { get; }

    /// <summary>Gets how many parameters stay zero.</summary>
    public long Count => Words.Sum(word => (long)BitOperations.PopCount((ushort)word));

    /// <summary>Marks the weights of the layers' linear maps that are zero; embeddings, the head, norms and biases are never marked.</summary>
    /// <param name="weights">All parameters.</param>
    /// <param name="layout">Where each lies.</param>
    public static SparsityMask OfZeros(ReadOnlySpan<float> weights, ParameterLayout layout)
    {
        var words = new short[(layout.Length + WordLength - 1) / WordLength];
        foreach (var place in layout.Places.Where(IsPrunable))
        {
            for (var at = place.Offset; at < place.Offset + place.Count; at++)
            {
                if (weights[(int)at] == 0)
                {
                    words[at / WordLength] |= (short)(1 << (int)(at % WordLength));
                }
            }
        }

        return new SparsityMask(words);
    }

    /// <summary>Makes the gradient of marked parameters zero.</summary>
    /// <param name="gradient">A stretch of the gradient.</param>
    /// <param name="start">The number of its first parameter, a multiple of <see cref="WordLength"/>.</param>
    public unsafe void Apply(Span<float> gradient, int start)
    {
        var words = Words.AsSpan(start / WordLength);
        fixed (float* slopes = gradient)
        {
            var at = 0;
            for (; at <= gradient.Length - WordLength; at += WordLength)
            {
                var word = (ushort)words[at / WordLength];
                if (word != 0)
                {
                    var free = Vector512.IsZero(Vector512.Create((uint)word) & Bits);
                    (Vector512.Load((uint*)slopes + at) & free).Store((uint*)slopes + at);
                }
            }

            for (; at < gradient.Length; at++)
            {
                slopes[at] = (words[at / WordLength] >> (at % WordLength) & 1) != 0 ? 0 : slopes[at];
            }
        }
    }

    private static bool IsPrunable(ParameterPlace place) =>
        place.Shape.Count == 2 && place.Name.StartsWith("model.layers.", StringComparison.Ordinal);
}
