using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Simd;
using Xunit;

namespace LlmEfficiency.Core.Tests.Simd;

public sealed class HalfByteLevelsTests
{
    private const int Groups = 4000;

    private static readonly float[] Numbers = Normal(Groups * QuantizedBlocks.Inputs);

    [Fact]
    public void The_nearest_level_is_the_nearest()
    {
        for (var number = -140f; number < 130; number += 0.37f)
        {
            var nearest = Enumerable.Range(0, 16).Min(level => Math.Abs(HalfByteLevels.All[level] - number));
            Assert.Equal(nearest, Math.Abs(HalfByteLevels.All[Nearest(number)] - number), 1e-4);
        }
    }

    // Uniform levels, each group with its best scale, leave 0.0068 of the variance of normal numbers.
    [Fact]
    public void Rounding_normal_numbers_costs_less_than_with_uniform_levels()
    {
        var error = 0.0;
        for (var group = 0; group < Groups; group++)
        {
            error += Error(group, Scale(group));
        }

        Assert.InRange(error / Numbers.Length, 0.0048, 0.0057);
    }

    [Fact]
    public void The_scale_is_nearly_the_best_there_is()
    {
        var (found, best) = (0.0, 0.0);
        for (var group = 0; group < 300; group++)
        {
            found += Error(group, Scale(group));
            var largest = Numbers.AsSpan(group * QuantizedBlocks.Inputs, QuantizedBlocks.Inputs).ToArray().Max(Math.Abs);
            best += Enumerable.Range(0, 400).Min(step => Math.Min(Error(group, Try(step)), Error(group, -Try(step))));

            float Try(int step) => largest / 127 * (0.7f + (0.002f * step));
        }

        Assert.InRange(found / best, 1, 1.04);
    }

    [Fact]
    public void Zeros_have_the_scale_zero()
    {
        Assert.Equal(0, HalfByteLevels.Scale(Vector512<float>.Zero, Vector512<float>.Zero));
    }

    private static float Scale(int group)
    {
        var numbers = Numbers.AsSpan(group * QuantizedBlocks.Inputs, QuantizedBlocks.Inputs);
        return Bf16.Get(HalfByteLevels.Scale(Vector512.Create<float>(numbers), Vector512.Create<float>(numbers[Lanes.Count..])));
    }

    private static int Nearest(float number) => HalfByteLevels.Nearest(Vector512.Create(number))[0];

    private static double Error(int group, float scale) => Numbers.Skip(group * QuantizedBlocks.Inputs).Take(QuantizedBlocks.Inputs)
        .Sum(number => Math.Pow(number - (HalfByteLevels.All[Nearest(number / scale)] * scale), 2));

    private static float[] Normal(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
