using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CsCheck;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Simd;
using Xunit;

namespace LlmEfficiency.Core.Tests.Simd;

public sealed unsafe class DotKernelTests
{
    // AVX2 alone is not chosen on a processor with AVX-VNNI, nor that on one with AVX512-VNNI.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_instructions_give_the_same_bits(bool isHalf)
    {
        Assert.SkipUnless(Avx2.IsSupported, "needs AVX2");
        var portable = DotKernel.For(SimdPath.Portable, isHalf);
        DotKernel[] others = [DotKernel.Of<Vector256<int>, Vector256<float>, DotAvx2>(isHalf), DotKernel.For(SimdPath.Avx2, isHalf), DotKernel.For(SimdPaths.Best, isHalf)];
        Gen.Select(Gen.Int, Gen.Int[1, 27], Gen.Int[1, 90]).Sample(
            (seed, rows, inputs) =>
            {
                var random = new Random(seed);
                using var panel = new NativeBuffer<byte>((long)QuantizedBlocks.Count(inputs) * QuantizedBlocks.Bytes(isHalf));
                random.NextBytes(panel.Slice(0, panel.Count));
                for (var group = 0; group < QuantizedBlocks.Count(inputs); group++)
                {
                    for (var output = 0; output < Panels.Width; output++)
                    {
                        *QuantizedBlocks.Scale(panel.Pointer + (group * QuantizedBlocks.Bytes(isHalf)), output, isHalf) = Bf16.Round(random.NextSingle());
                    }
                }

                float[] odd = [0, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, 1e-30f];
                float[] numbers = [.. Enumerable.Range(0, rows * inputs).Select(_ => random.Next(100) == 0 ? odd[random.Next(odd.Length)] : (random.NextSingle() * 2) - 1)];
                var expected = Multiply(portable, panel, numbers, rows, inputs);
                Assert.All(others, other => Assert.Equal(expected, Multiply(other, panel, numbers, rows, inputs)));
            },
            iter: 200, threads: 1);
    }

    [Fact]
    public void A_processor_with_the_instruction_runs_the_engines_own_code()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && SimdPaths.Best == SimdPath.Avx512 && File.ReadAllText("/proc/cpuinfo").Contains("avx512_vnni", StringComparison.Ordinal),
            "needs AVX512-VNNI on Linux");
        Assert.IsType<DotVnni512>(DotKernel.For(SimdPath.Avx512, isHalf: false));
        Assert.IsType<DotVnni512>(DotKernel.For(SimdPath.Avx512, isHalf: true));
        Assert.IsNotType<DotVnni512>(DotKernel.For(SimdPath.Avx2, isHalf: true));
    }

    private static float[] Multiply(DotKernel kernel, NativeBuffer<byte> panel, float[] numbers, int rows, int inputs)
    {
        using var quantized = new QuantizedRows(rows, inputs, kernel.Words);
        const int Step = Panels.Width + 3;      // what lies between two rows of results stays as it is
        var results = new float[rows * Step];
        fixed (float* source = numbers, target = results)
        {
            for (var row = 0; row < rows; row++)
            {
                quantized.Write(row, source + (row * inputs), 0, inputs);
            }

            kernel.Multiply(panel.Pointer, 1, quantized, rows, target, Step);
        }

        return results;
    }
}
