using CsCheck;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class AttentionKernelTests
{
    private static readonly Gen<(AttentionShape Shape, int[] Lengths, int Seed)> Cases =
        from shared in Gen.Int[1, 2]
        from sharing in Gen.Int[1, 3]
        from headDim in Gen.Int[1, 20]
        from window in Gen.Int[-30, 70]
        from lengths in Gen.Int[1, 110].Array[1, 3]
        from seed in Gen.Int[0, 9999]
        select (new AttentionShape(shared * sharing, shared, headDim, window < 1 ? null : window), lengths, seed);

    [Fact]
    public void Single_precision_equals_plain_loops() => Cases.Sample(Check<float, Fp32>, iter: 40);

    [Fact]
    public void Half_precision_equals_plain_loops_up_to_rounding() => Cases.Sample(Check<ushort, Bf16>, iter: 20);

    [Fact]
    public void Scores_far_from_zero_do_not_overflow()
    {
        var shape = new AttentionShape(1, 1, 2, null);
        using var scratch = new AttentionScratch(2);
        using var queries = new GuardedRows<float, Fp32>([300, 300, 300, 300]);
        using var keys = new GuardedRows<float, Fp32>([300, 300, -300, -300]);
        using var values = new GuardedRows<float, Fp32>([1, 2, 3, 4]);
        using var outputs = new GuardedRows<float, Fp32>(new double[4]);
        using var logSums = new GuardedRows<float, Fp32>(new double[2]);
        AttentionKernel<float, Fp32>.Forward(
            shape, 2, new AttentionRows<float>(queries.Pointer, keys.Pointer, values.Pointer), outputs.Pointer, logSums.Pointer, scratch);
        outputs.AssertNear([1, 2, 1, 2]);
    }

    // Several documents with one scratch: nothing of one is left for the next.
    private static void Check<T, TElement>((AttentionShape Shape, int[] Lengths, int Seed) c)
        where T : unmanaged
        where TElement : IElement<T>
    {
        using var scratch = new AttentionScratch(c.Shape.HeadDim);
        foreach (var length in c.Lengths)
        {
            CheckOne<T, TElement>(c.Shape, length, new Random(c.Seed + length), scratch);
        }
    }

    private static void CheckOne<T, TElement>(AttentionShape shape, int length, Random random, AttentionScratch scratch)
        where T : unmanaged
        where TElement : IElement<T>
    {
        using var queries = new GuardedRows<T, TElement>(RandomRows.Make(random, length * shape.QueryWidth, 2));
        using var keys = new GuardedRows<T, TElement>(RandomRows.Make(random, length * shape.KeyWidth, 2));
        using var values = new GuardedRows<T, TElement>(RandomRows.Make(random, length * shape.KeyWidth));
        using var slopes = new GuardedRows<T, TElement>(RandomRows.Make(random, length * shape.QueryWidth));
        using var outputs = new GuardedRows<T, TElement>(new double[length * shape.QueryWidth]);
        using var logSums = new GuardedRows<float, Fp32>(new double[length * shape.Heads]);
        var twin = new PlainAttention(shape, length, queries.Read(), keys.Read(), values.Read());
        var rows = new AttentionRows<T>(queries.Pointer, keys.Pointer, values.Pointer);
        AttentionKernel<T, TElement>.Forward(shape, length, rows, outputs.Pointer, logSums.Pointer, scratch);
        outputs.AssertNear(twin.Outputs);
        logSums.AssertNear(twin.LogSums);

        var (bySlopes, byKeys, byValues) = twin.Derive(slopes.Read());
        AttentionKernel<T, TElement>.Backward(
            shape, length, rows, outputs.Pointer, logSums.Pointer, slopes.Pointer, rows, scratch); // in place
        queries.AssertNear(bySlopes, 4);
        keys.AssertNear(byKeys, 4);
        values.AssertNear(byValues, 4);
        Assert.Equal(length * shape.QueryWidth, slopes.Read().Length);
    }
}
