using CsCheck;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class LogitKernelTests
{
    private static readonly Gen<(int Vocabulary, double Size, int Seed)> Cases =
        Gen.Select(Gen.Int[1, 100], Gen.Double[0.1, 40], Gen.Int[0, 9999]);

    [Fact]
    public void Single_precision_equals_log_softmax_and_its_derivative() => Cases.Sample(Check<float, Fp32>, iter: 200);

    [Fact]
    public void Half_precision_equals_them_up_to_rounding() => Cases.Sample(Check<ushort, Bf16>, iter: 100);

    [Theory]
    [InlineData(3e38, 17)]
    [InlineData(-3e38, 40)]
    public void Huge_equal_logits_are_all_as_likely(double logit, int vocabulary)
    {
        using var logits = new GuardedRows<float, Fp32>([.. Enumerable.Repeat(logit, vocabulary)]);
        Assert.Equal((float)logit, LogitKernel<float, Fp32>.LogSumExp(logits.Pointer, vocabulary));
    }

    [Theory]
    [InlineData(double.NaN, 3)]
    [InlineData(double.NaN, 35)]
    [InlineData(double.PositiveInfinity, 3)]
    [InlineData(double.PositiveInfinity, 35)]
    public void One_logit_that_is_no_number_spoils_the_sum(double logit, int place)
    {
        using var logits = new GuardedRows<float, Fp32>([.. Enumerable.Range(0, 37).Select(at => at == place ? logit : at)]);
        Assert.False(float.IsFinite(LogitKernel<float, Fp32>.LogSumExp(logits.Pointer, 37)));
    }

    private static void Check<T, TElement>((int Vocabulary, double Size, int Seed) c)
        where T : unmanaged
        where TElement : IElement<T>
    {
        var random = new Random(c.Seed);
        using var logits = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Vocabulary, c.Size));
        var (values, token, slope) = (logits.Read(), random.Next(c.Vocabulary), (float)(random.NextDouble() - 0.5));
        var sum = LogitKernel<T, TElement>.LogSumExp(logits.Pointer, c.Vocabulary);
        var expected = Math.Log(values.Sum(Math.Exp));
        Assert.Equal(expected, sum, 1e-5);

        LogitKernel<T, TElement>.Derive(logits.Pointer, c.Vocabulary, sum, token, slope);
        var (found, tolerance) = (logits.Read(), 2 * GuardedRows<T, TElement>.Tolerance * Math.Abs(slope));
        for (var at = 0; at < values.Length; at++)
        {
            Assert.Equal(slope * ((at == token ? 1 : 0) - Math.Exp(values[at] - expected)), found[at], tolerance);
        }
    }
}
