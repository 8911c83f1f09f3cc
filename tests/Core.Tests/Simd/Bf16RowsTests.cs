using CsCheck;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Simd;
using Xunit;

namespace LlmEfficiency.Core.Tests.Simd;

public sealed unsafe class Bf16RowsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Numbers_are_the_nearest_normal_ones_however_they_are_divided(bool isWide) =>
        Gen.Select(Gen.Int, Gen.Int[1, 4], Gen.Int[1, 70]).Sample(
            (seed, rows, width) =>
            {
                var random = new Random(seed);
                float[] numbers = [.. Enumerable.Range(0, rows * width).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)) * (random.Next(4) == 0 ? 1e-38f : 1))];
                using var rounded = new Bf16Rows(rows, width, isWide);
                Assert.Equal((width + 1) / 2, rounded.Pairs);
                var middle = random.Next(width + 1);
                fixed (float* source = numbers)
                {
                    for (var row = 0; row < rows; row++)
                    {
                        rounded.Write(row, source + (row * width), middle, width);
                        rounded.Write(row, source + (row * width), 0, middle);
                    }
                }

                for (var row = 0; row < rows; row++)
                {
                    for (var input = 0; input < 2 * rounded.Pairs; input++)
                    {
                        var number = input < width ? numbers[(row * width) + input] : 0;
                        var expected = Bf16.Get(Bf16.Round(float.IsSubnormal(number) ? 0 : number));
                        Assert.Equal(expected, isWide ? ((float*)rounded.Row(row))[input] : Bf16.Get(((ushort*)rounded.Row(row))[input]));
                    }
                }
            },
            iter: 300, threads: 1);
}
