using System.Runtime.Intrinsics;
using CsCheck;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Simd;
using Xunit;

namespace LlmEfficiency.Core.Tests.Simd;

public sealed unsafe class FloatKernelTests
{
    // A processor with its own products of bf16 multiplies by nothing else.
    [Fact]
    public void All_instructions_give_the_same_bits_of_bf16()
    {
        FloatKernel[] others =
        [
            new FloatKernel<TwoNumbers, Vector512<float>, Path512>(), new FloatKernel<TwoNumbers, Vector256<float>, Path256>(), FloatKernel.For<TwoNumbers>(SimdPaths.Best),
        ];
        Gen.Select(Gen.Int, Gen.Int[1, Panels.PerGroup], Gen.Int[1, 27], Gen.Frequency((3, Gen.Int[1, 90]), (1, Gen.Int[250, 400]))).Sample(
            (seed, panels, rows, inputs) =>
            {
                var random = new Random(seed);
                float[] odd = [0, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, 1e-30f, 1e-40f, -1e-40f];
                float[] numbers = [.. Enumerable.Range(0, rows * inputs).Select(_ => random.Next(100) == 0 ? odd[random.Next(odd.Length)] : (random.NextSingle() * 2) - 1)];
                var width = panels * Panels.Width;
                uint[] columns = [.. Enumerable.Range(0, (inputs + 1) / 2 * width).Select(word => Weight(random) | (word / width * 2 == inputs - 1 ? 0 : Weight(random) << 16))];
                var expected = Multiply(FloatKernel.For<TwoNumbers>(SimdPath.Portable), columns, numbers, rows, inputs, width);
                Assert.All(others, other => Assert.Equal(expected, Multiply(other, columns, numbers, rows, inputs, width)));
            },
            iter: 200, threads: 1);
    }

    [Fact]
    public void A_processor_with_the_instruction_runs_the_engines_own_code()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && SimdPaths.Best == SimdPath.Avx512 && File.ReadAllText("/proc/cpuinfo").Contains("avx512_bf16", StringComparison.Ordinal),
            "needs AVX512-BF16 on Linux");
        Assert.IsType<DotBf16>(FloatKernel.For<TwoNumbers>(SimdPath.Avx512));
        Assert.IsNotType<DotBf16>(FloatKernel.For<TwoNumbers>(SimdPath.Avx2));
        Assert.IsNotType<DotBf16>(FloatKernel.For<OneNumber>(SimdPath.Avx512));
    }

    private static uint Weight(Random random) => Bf16.Round((random.NextSingle() * 2) - 1);

    private static float[] Multiply(FloatKernel kernel, uint[] columns, float[] numbers, int rows, int inputs, int width)
    {
        const int Apart = 3;        // what lies between two rows of results stays as it is
        using var activations = new ActivationRows(rows, inputs, inputs, kernel.Rows);
        numbers.CopyTo(new Span<float>(activations[0], numbers.Length));
        activations.Round(0, rows);
        var results = Enumerable.Repeat(float.NaN, rows * (width + Apart)).ToArray();
        fixed (uint* first = columns)
        {
            fixed (float* target = results)
            {
                kernel.Multiply(first, width, width, activations, rows, target, width + Apart);
            }
        }

        Assert.All(results.Chunk(width + Apart), row => Assert.All(row[width..], number => Assert.Equal(float.NaN, number)));
        return results;
    }
}
