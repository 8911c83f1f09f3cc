using System.Numerics;
using CsCheck;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class RotaryKernelTests
{
    private const int Positions = 50;

    private static readonly Gen<(int Rows, int Heads, int Half, int Seed)> Cases =
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 3], Gen.Int[1, 40], Gen.Int[0, 9999]);

    [Fact]
    public void Turning_is_a_product_of_complex_numbers() => Cases.Sample(Check<float, Fp32>, iter: 80);

    [Fact]
    public void So_it_is_in_half_precision_up_to_rounding() => Cases.Sample(Check<ushort, Bf16>, iter: 40);

    private static void Check<T, TElement>((int Rows, int Heads, int Half, int Seed) c)
        where T : unmanaged
        where TElement : IElement<T>
    {
        var random = new Random(c.Seed);
        var angles = RandomRows.Make(random, Positions * c.Half, 3);
        using var cosines = new GuardedRows<float, Fp32>([.. angles.Select(Math.Cos)]);
        using var sines = new GuardedRows<float, Fp32>([.. angles.Select(Math.Sin)]);
        using var rows = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Rows * c.Heads * 2 * c.Half));
        using var positions = new NativeBuffer<int>(c.Rows);
        foreach (ref var position in positions.Slice(0, c.Rows))
        {
            position = random.Next(Positions);
        }

        var before = rows.Read();
        Turn(isBackward: false);
        var expected = before.ToArray();
        for (var place = 0; place < before.Length; place++)
        {
            var (row, within) = Math.DivRem(place, c.Heads * 2 * c.Half);
            if (within % (2 * c.Half) < c.Half)
            {
                var at = (positions.Pointer[row] * c.Half) + (within % (2 * c.Half));
                var turned = new Complex(before[place], before[place + c.Half]) * Complex.FromPolarCoordinates(1, angles[at]);
                (expected[place], expected[place + c.Half]) = (turned.Real, turned.Imaginary);
            }
        }

        rows.AssertNear(expected);
        Turn(isBackward: true);
        rows.AssertNear(before, 2);

        void Turn(bool isBackward) => RotaryKernel<T, TElement>.Turn(
            rows.Pointer, positions.Pointer, cosines.Pointer, sines.Pointer, c.Rows, c.Heads, c.Half, isBackward);
    }
}
