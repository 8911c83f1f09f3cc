using CsCheck;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class GatedKernelTests
{
    private static readonly Gen<(int Count, int Seed)> Cases = Gen.Select(Gen.Int[0, 70], Gen.Int[0, 9999]);

    [Fact]
    public void Single_precision_equals_plain_loops_and_finite_differences() => Cases.Sample(Check<float, Fp32>, iter: 60);

    [Fact]
    public void Half_precision_equals_them_up_to_rounding() => Cases.Sample(Check<ushort, Bf16>, iter: 30);

    [Theory]
    [InlineData(-1000, 0)]
    [InlineData(-90, 0)]
    [InlineData(1000, 1000)]
    public void A_gate_far_from_zero_is_shut_or_open(double gate, double expected)
    {
        using var gates = new GuardedRows<float, Fp32>([.. Enumerable.Repeat(gate, 17)]);
        using var factors = new GuardedRows<float, Fp32>([.. Enumerable.Repeat(1.0, 17)]);
        using var result = new GuardedRows<float, Fp32>(new double[17]);
        GatedKernel<float, Fp32>.Forward(gates.Pointer, factors.Pointer, result.Pointer, 17);
        Assert.All(result.Read(), value => Assert.Equal(expected, value, 1e-6));
    }

    private static void Check<T, TElement>((int Count, int Seed) c)
        where T : unmanaged
        where TElement : IElement<T>
    {
        var random = new Random(c.Seed);
        using var gate = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Count, 6));
        using var up = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Count));
        using var result = new GuardedRows<T, TElement>(new double[c.Count]);
        using var slope = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Count));
        GatedKernel<T, TElement>.Forward(gate.Pointer, up.Pointer, result.Pointer, c.Count);
        var (gates, factors, slopes) = (gate.Read(), up.Read(), slope.Read());
        result.AssertNear([.. gates.Select((_, at) => Plain(gates[at], factors[at]))]);

        GatedKernel<T, TElement>.Backward(gate.Pointer, up.Pointer, slope.Pointer, c.Count);
        gate.AssertNear([.. gates.Select((_, at) => slopes[at] * RandomRows.Derive([gates[at]], g => Plain(g[0], factors[at]))[0])]);
        up.AssertNear([.. gates.Select((_, at) => slopes[at] * RandomRows.Derive([factors[at]], u => Plain(gates[at], u[0]))[0])]);
    }

    private static double Plain(double gate, double up) => gate / (1 + Math.Exp(-gate)) * up;
}
