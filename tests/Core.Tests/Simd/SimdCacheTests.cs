using System.Runtime.InteropServices;
using CsCheck;
using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Simd;
using Xunit;

namespace LlmEfficiency.Core.Tests.Simd;

public sealed unsafe class SimdCacheTests
{
    private const int Capacity = 210;       // several of the stretches that queries go through together

    public static TheoryData<CacheFormat> Formats => [.. Enum.GetValues<CacheFormat>()];

    // A tile of queries on each path against each query alone on the portable one.
    [Theory]
    [MemberData(nameof(Formats))]
    public void Queries_together_are_answered_with_the_bits_of_each_alone(CacheFormat format) => Check(150, (shape, _, numbers, queries, visible) =>
    {
        var alone = Answers(shape, format, SimdPath.Portable, numbers, queries, visible, isTogether: false);
        Assert.All(
            SimdPaths.Available,
            path => Assert.Equal(Bits(alone), Bits(Answers(shape, format, path, numbers, queries, visible, isTogether: true))));
    });

    // In single precision the answers are those of plain loops in double precision.
    [Fact]
    public void Answers_are_those_of_plain_loops() => Check(50, (shape, slots, numbers, queries, visible) =>
    {
        var width = shape.HeadDim;
        var found = Answers(shape, CacheFormat.Fp32, SimdPaths.Best, numbers, queries, visible, isTogether: true);
        for (var query = 0; query < visible.Length; query++)
        {
            var expected = Plain(queries.Pointer + (query * width), visible[query], numbers.Pointer, slots, width);
            for (var at = 0; at < width; at++)
            {
                Assert.Equal(expected[at], found[(query * width) + at], 1e-5);
            }
        }
    });

    private static void Check(int times, Action<CacheShape, int, NativeBuffer<float>, NativeBuffer<float>, VisibleSlots[]> claim) =>
        Gen.Select(Gen.Int, Gen.Int[1, AttentionTile.Most], Gen.Int[1, Capacity], Gen.OneOf(Gen.Const(64), Gen.Const(128), Gen.Int[1, 150])).Sample(
            (seed, count, slots, width) =>
            {
                var shape = new CacheShape(2, 2, 2, Capacity, width);
                using var numbers = Random(2 * slots, shape.KeyValueHeads * width, seed);
                using var queries = Random(count, width, seed + 1);
                var (visible, memory) = Visible(new Random(seed), count, slots);
                using (memory)
                {
                    claim(shape, slots, numbers, queries, visible);
                }
            },
            iter: times, threads: 1);

    private static NativeBuffer<float> Random(int rows, int width, int seed)
    {
        var random = new Random(seed);
        var buffer = new NativeBuffer<float>((long)rows * width);
        for (var at = 0; at < buffer.Count; at++)
        {
            buffer.Pointer[at] = (random.NextSingle() * 4) - 2;
        }

        return buffer;
    }

    // As a prompt's tokens see, a tree's behind a context, or those of a window: some slots together, and in half of the cases others behind them.
    private static (VisibleSlots[] Visible, NativeBuffer<int> Memory) Visible(Random random, int count, int slots)
    {
        var memory = new NativeBuffer<int>((long)count * slots);
        var visible = new VisibleSlots[count];
        var (start, context, isTree) = (random.Next(3) == 0 ? random.Next(slots) : 0, 1 + random.Next(slots), random.Next(2) == 0);
        for (var query = 0; query < count; query++)
        {
            var together = isTree ? Math.Min(context, slots - start) : 1 + random.Next(slots - start);
            var others = 0;
            for (var slot = start + together; isTree && slot < slots; slot++)
            {
                if (random.Next(3) == 0)
                {
                    memory.Pointer[(query * slots) + others++] = slot;
                }
            }

            visible[query] = new VisibleSlots(start, together, memory.Pointer + (query * slots), others);
        }

        return (visible, memory);
    }

    private static float[] Answers(
        CacheShape shape, CacheFormat format, SimdPath path, NativeBuffer<float> numbers, NativeBuffer<float> queries, VisibleSlots[] visible, bool isTogether)
    {
        const int Layer = 1, Sequence = 1, Head = 1;
        using var cache = SimdCache.Create(shape, format, path);
        using var scratch = new NativeBuffer<float>(cache.ScratchLength);
        var row = shape.KeyValueHeads * shape.HeadDim;
        for (var slot = 0; slot < numbers.Count / (2 * row); slot++)
        {
            cache.Write(Layer, Sequence, slot, numbers.Pointer + (2 * slot * row), numbers.Pointer + (((2 * slot) + 1) * row));
        }

        var answers = new float[visible.Length * shape.HeadDim];
        fixed (float* target = answers)
        {
            var views = stackalloc QueryView[visible.Length];
            for (var query = 0; query < visible.Length; query++)
            {
                views[query] = new QueryView(queries.Pointer + (query * shape.HeadDim), visible[query], target + (query * shape.HeadDim));
            }

            var step = isTogether ? visible.Length : 1;
            for (var query = 0; query < visible.Length; query += step)
            {
                cache.Attend(Layer, Sequence, Head, new ReadOnlySpan<QueryView>(views + query, step), scratch.Pointer);
            }
        }

        return answers;
    }

    private static double[] Plain(float* query, VisibleSlots visible, float* numbers, int slots, int width)
    {
        const int Heads = 2, Head = 1;
        int[] seen = [.. Enumerable.Range(visible.Start, visible.Together), .. new ReadOnlySpan<int>(visible.Others, visible.OtherCount)];
        Assert.All(seen, slot => Assert.InRange(slot, 0, slots - 1));
        double[] scores = [.. seen.Select(slot => Enumerable.Range(0, width).Sum(at => (double)query[at] * Number(slot, 0, at)) / Math.Sqrt(width))];
        double[] shares = [.. scores.Select(score => Math.Exp(score - scores.Max()))];
        return [.. Enumerable.Range(0, width).Select(at => seen.Select((slot, index) => shares[index] / shares.Sum() * Number(slot, 1, at)).Sum())];

        double Number(int slot, int isValue, int at) => numbers[(((2 * slot) + isValue) * Heads * width) + (Head * width) + at];
    }

    private static int[] Bits(float[] numbers) => MemoryMarshal.Cast<float, int>(numbers).ToArray();
}
