using CsCheck;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class BlockProductTests
{
    private static readonly Gen<(int Rows, int Vectors, int Inner, bool IsTurned, bool IsAdded, int Seed)> Cases =
        Gen.Select(Gen.Int[0, 20], Gen.Int[1, 5], Gen.Int[0, 40], Gen.Bool, Gen.Bool, Gen.Int[0, 9999]);

    [Fact]
    public void A_product_is_that_of_three_loops() => Cases.Sample(
        c =>
        {
            var (columns, random) = (c.Vectors * Lanes.Count, new Random(c.Seed));
            var (leftStep, rightStep, step) = ((c.IsTurned ? c.Rows : c.Inner) + 3, columns + 5, columns + 7);
            var left = RandomRows.Make(random, leftStep * ((c.IsTurned ? c.Inner : c.Rows) + 1));
            var right = RandomRows.Make(random, rightStep * (c.Inner + 1));
            var before = RandomRows.Make(random, step * (c.Rows + 1));
            using var a = new GuardedRows<float, Fp32>(left);
            using var b = new GuardedRows<float, Fp32>(right);
            using var product = new GuardedRows<float, Fp32>(before);
            var (rowStep, columnStep) = c.IsTurned ? (1, leftStep) : (leftStep, 1);
            BlockProduct.Multiply(
                a.Pointer, rowStep, columnStep, b.Pointer, rightStep, product.Pointer, step, (c.Rows, columns, c.Inner), c.IsAdded);

            var expected = before.ToArray(); // what lies between the rows stays
            for (var row = 0; row < c.Rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    var sum = c.IsAdded ? before[(row * step) + column] : 0;
                    for (var inner = 0; inner < c.Inner; inner++)
                    {
                        sum += left[(row * rowStep) + (inner * columnStep)] * right[(inner * rightStep) + column];
                    }

                    expected[(row * step) + column] = sum;
                }
            }

            product.AssertNear(expected);
        },
        iter: 300);
}
