using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>RMS normalisation and its derivative, one pass each.</summary>
/// <typeparam name="T">The type of the normalised rows.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal static unsafe class NormKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    /// <summary>Computes <c>y = x · w / √(mean(x²) + ε)</c> for each row.</summary>
    /// <param name="x">Rows, <c>[rows, width]</c>.</param>
    /// <param name="weight">Factors, <c>[width]</c>.</param>
    /// <param name="y">Results, <c>[rows, width]</c>.</param>
    /// <param name="inverse">The inverse roots, <c>[rows]</c>, which the derivative needs.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The length of a row.</param>
    /// <param name="epsilon">What is added to the mean of squares.</param>
    public static void Forward(float* x, float* weight, T* y, float* inverse, int rows, int width, double epsilon)
    {
        for (var row = 0; row < rows; row++, x += width, y += width)
        {
            var squares = Vector512<float>.Zero;
            var at = 0;
            for (; at <= width - Lanes.Count; at += Lanes.Count)
            {
                var value = Vector512.Load(x + at);
                squares = Vector512.FusedMultiplyAdd(value, value, squares);
            }

            var sum = Vector512.Sum(squares);
            for (; at < width; at++)
            {
                sum += x[at] * x[at];
            }

            var factor = (float)(1 / Math.Sqrt((sum / width) + epsilon));
            inverse[row] = factor;
            for (at = 0; at <= width - Lanes.Count; at += Lanes.Count)
            {
                TElement.Store(y + at, Vector512.Load(x + at) * Vector512.Create(factor) * Vector512.Load(weight + at));
            }

            for (; at < width; at++)
            {
                y[at] = TElement.Round(x[at] * factor * weight[at]);
            }
        }
    }

    /// <summary>Adds the derivatives by <c>x</c> and <c>w</c> to what is there.</summary>
    /// <param name="dy">The derivative by the results, <c>[rows, width]</c>.</param>
    /// <param name="x">What <see cref="Forward"/> was given.</param>
    /// <param name="weight">Factors, <c>[width]</c>.</param>
    /// <param name="inverse">What <see cref="Forward"/> left.</param>
    /// <param name="dx">Receives the derivative by <paramref name="x"/>, added.</param>
    /// <param name="dweight">Receives the derivative by the factors, <c>[width]</c>, added.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The length of a row.</param>
    public static void Backward(
        T* dy, float* x, float* weight, float* inverse, float* dx, float* dweight, int rows, int width)
    {
        for (var row = 0; row < rows; row++, x += width, dy += width, dx += width)
        {
            var dots = Vector512<float>.Zero;
            var at = 0;
            for (; at <= width - Lanes.Count; at += Lanes.Count)
            {
                var product = TElement.Load(dy + at) * Vector512.Load(weight + at);
                dots = Vector512.FusedMultiplyAdd(product, Vector512.Load(x + at), dots);
            }

            var dot = Vector512.Sum(dots);
            for (; at < width; at++)
            {
                dot += TElement.Get(dy[at]) * weight[at] * x[at];
            }

            // dx = r·(w·dy) − x·r³·Σ(w·dy·x)/width,  dw = dy·x·r
            var factor = inverse[row];
            var pull = factor * factor * factor * dot / width;
            for (at = 0; at <= width - Lanes.Count; at += Lanes.Count)
            {
                var (value, slope) = (Vector512.Load(x + at), TElement.Load(dy + at) * Vector512.Create(factor));
                var change = (slope * Vector512.Load(weight + at)) - (value * Vector512.Create(pull));
                (Vector512.Load(dx + at) + change).Store(dx + at);
                Vector512.FusedMultiplyAdd(slope, value, Vector512.Load(dweight + at)).Store(dweight + at);
            }

            for (; at < width; at++)
            {
                var slope = TElement.Get(dy[at]) * factor;
                dx[at] += (slope * weight[at]) - (x[at] * pull);
                dweight[at] += slope * x[at];
            }
        }
    }
}
