using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>Turns pairs of components by the angle of their position, in place.</summary>
/// <typeparam name="T">The type of the vectors.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal static unsafe class RotaryKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    /// <summary>Turns the heads of each row.</summary>
    /// <param name="rows">Vectors, <c>[count, heads, 2 · half]</c>.</param>
    /// <param name="positions">The position of each row, <c>[count]</c>.</param>
    /// <param name="cosines">By position, <c>[positions, half]</c>.</param>
    /// <param name="sines">By position, <c>[positions, half]</c>.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="heads">The number of heads of a row.</param>
    /// <param name="half">Half the width of a head.</param>
    /// <param name="isBackward">Whether to turn back, which is the derivative.</param>
    public static void Turn(
        T* rows, int* positions, float* cosines, float* sines, int count, int heads, int half, bool isBackward)
    {
        var sign = isBackward ? -1f : 1f;
        for (var row = 0; row < count; row++)
        {
            var cosine = cosines + ((long)positions[row] * half);
            var sine = sines + ((long)positions[row] * half);
            for (var head = 0; head < heads; head++, rows += 2 * half)
            {
                TurnHead(rows, cosine, sine, half, sign);
            }
        }
    }

    private static void TurnHead(T* head, float* cosine, float* sine, int half, float sign)
    {
        var at = 0;
        for (; at <= half - Lanes.Count; at += Lanes.Count)
        {
            var (first, second) = (TElement.Load(head + at), TElement.Load(head + half + at));
            var (cos, sin) = (Vector512.Load(cosine + at), Vector512.Load(sine + at) * Vector512.Create(sign));
            TElement.Store(head + at, (first * cos) - (second * sin));
            TElement.Store(head + half + at, (second * cos) + (first * sin));
        }

        for (; at < half; at++)
        {
            var (first, second) = (TElement.Get(head[at]), TElement.Get(head[half + at]));
            var (cos, sin) = (cosine[at], sine[at] * sign);
            head[at] = TElement.Round((first * cos) - (second * sin));
            head[half + at] = TElement.Round((second * cos) + (first * sin));
        }
    }
}
