using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

/// <summary>Numbers in a kernel's memory with a border behind them that must stay as it is.</summary>
/// <typeparam name="T">The stored type.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal sealed unsafe class GuardedRows<T, TElement> : IDisposable
    where T : unmanaged
    where TElement : IElement<T>
{
    private const int Border = 2 * Lanes.Count;
    private const float Mark = 77;

    private readonly NativeBuffer<T> _buffer;
    private readonly int _count;

    public GuardedRows(IReadOnlyList<double> values)
    {
        (_buffer, _count) = (new NativeBuffer<T>(values.Count + Border), values.Count);
        for (var at = 0; at < _buffer.Count; at++)
        {
            _buffer.Pointer[at] = TElement.Round(at < _count ? (float)values[at] : Mark);
        }
    }

    /// <summary>Gets how far a result may be off, relative to its size.</summary>
    public static double Tolerance => sizeof(T) == sizeof(float) ? 1e-5 : 1.0 / 128;

    public T* Pointer => _buffer.Pointer;

    /// <summary>Returns the numbers as they are stored; nothing was written behind them.</summary>
    public double[] Read()
    {
        var values = new double[_count];
        for (var at = 0; at < _buffer.Count; at++)
        {
            double value = TElement.Get(_buffer.Pointer[at]);
            if (at < _count)
            {
                values[at] = value;
            }
            else
            {
                Assert.Equal(Mark, value);
            }
        }

        return values;
    }

    /// <summary>
    /// Asserts that the numbers are those expected, up to rounding beside their greatest or beside one, the size of what
    /// they are made of.
    /// </summary>
    public void AssertNear(IReadOnlyList<double> expected, double factor = 1)
    {
        var actual = Read();
        var scale = expected.Select(Math.Abs).Append(1).Max();
        Assert.Equal(expected.Count, actual.Length);
        for (var at = 0; at < actual.Length; at++)
        {
            Assert.True(
                Math.Abs(actual[at] - expected[at]) <= factor * Tolerance * scale,
                $"{at}: {actual[at]} instead of {expected[at]}, scale {scale}");
        }
    }

    public void Dispose() => _buffer.Dispose();
}
