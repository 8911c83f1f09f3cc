using CsCheck;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class MatrixProductTests
{
    private static readonly Gen<(int Rows, int Inner, int Columns, bool[] Options, int Seed)> Cases =
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[1, 70], Gen.Bool.Array[3], Gen.Int[0, 9999]);

    [Fact]
    public void Single_precision_equals_three_loops() => Cases.Sample(Check<float, Fp32>, iter: 60);

    [Fact]
    public void Half_precision_equals_them_up_to_rounding() => Cases.Sample(Check<ushort, Bf16>, iter: 40);

    private static void Check<T, TElement>((int Rows, int Inner, int Columns, bool[] Options, int Seed) c)
        where T : unmanaged
        where TElement : IElement<T>
    {
        var random = new Random(c.Seed);
        using var left = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Rows * c.Inner));
        using var right = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Inner * c.Columns));
        using var product = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Rows * c.Columns));
        var (a, b, expected, isAdded) = (left.Read(), right.Read(), product.Read(), c.Options[2]);
        MatrixProduct.Multiply(
            Of(left.Pointer, c.Rows, c.Inner, c.Options[0]), Of(right.Pointer, c.Inner, c.Columns, c.Options[1]),
            Matrix.Of(product.Pointer, c.Rows, c.Columns), TElement.TorchType, isAdded);
        for (var row = 0; row < c.Rows; row++)
        {
            for (var column = 0; column < c.Columns; column++)
            {
                ref var sum = ref expected[(row * c.Columns) + column];
                sum = (isAdded ? sum : 0) + Enumerable.Range(0, c.Inner).Sum(
                    inner => a[c.Options[0] ? (inner * c.Rows) + row : (row * c.Inner) + inner]
                        * b[c.Options[1] ? (column * c.Inner) + inner : (inner * c.Columns) + column]);
            }
        }

        product.AssertNear(expected, 2);
    }

    private static Matrix Of(void* memory, int rows, int columns, bool isTurned) =>
        isTurned ? Matrix.Of(memory, columns, rows).Transposed : Matrix.Of(memory, rows, columns);
}
