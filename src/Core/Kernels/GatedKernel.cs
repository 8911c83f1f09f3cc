using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>The gated unit of SwiGLU, <c>silu(gate) · up</c>, and its derivative.</summary>
/// <typeparam name="T">The type of the activations.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal static unsafe class GatedKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    /// <summary>Computes the products.</summary>
    /// <param name="gate">Gates, <c>[count]</c>.</param>
    /// <param name="up">Factors, <c>[count]</c>.</param>
    /// <param name="result">Products, <c>[count]</c>.</param>
    /// <param name="count">How many there are.</param>
    public static void Forward(T* gate, T* up, T* result, long count)
    {
        long at = 0;
        for (; at <= count - Lanes.Count; at += Lanes.Count)
        {
            var opening = TElement.Load(gate + at);
            TElement.Store(result + at, opening * Lanes.Sigmoid(opening) * TElement.Load(up + at));
        }

        for (; at < count; at++)
        {
            var opening = TElement.Get(gate[at]);
            result[at] = TElement.Round(opening / (1 + MathF.Exp(-opening)) * TElement.Get(up[at]));
        }
    }

    /// <summary>Replaces gates and factors by the derivatives by them.</summary>
    /// <param name="gate">Gates on entry, their derivative on return, <c>[count]</c>.</param>
    /// <param name="up">Factors on entry, their derivative on return, <c>[count]</c>.</param>
    /// <param name="slope">The derivative by the products, <c>[count]</c>.</param>
    /// <param name="count">How many there are.</param>
    public static void Backward(T* gate, T* up, T* slope, long count)
    {
        // silu'(g) = s + g·s·(1 − s) with s = sigmoid(g)
        long at = 0;
        for (; at <= count - Lanes.Count; at += Lanes.Count)
        {
            var (opening, incoming) = (TElement.Load(gate + at), TElement.Load(slope + at));
            var sigmoid = Lanes.Sigmoid(opening);
            var silu = opening * sigmoid;
            var steepness = sigmoid + (silu * (Vector512<float>.One - sigmoid));
            TElement.Store(gate + at, incoming * TElement.Load(up + at) * steepness);
            TElement.Store(up + at, incoming * silu);
        }

        for (; at < count; at++)
        {
            var (opening, incoming) = (TElement.Get(gate[at]), TElement.Get(slope[at]));
            var sigmoid = 1 / (1 + MathF.Exp(-opening));
            var silu = opening * sigmoid;
            gate[at] = TElement.Round(incoming * TElement.Get(up[at]) * (sigmoid + (silu * (1 - sigmoid))));
            up[at] = TElement.Round(incoming * silu);
        }
    }
}
