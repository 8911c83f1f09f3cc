using CsCheck;
using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Caching;

public sealed class PreallocatedCacheTests
{
    private static readonly CacheShape Shape = new(Layers: 2, Sequences: 3, KeyValueHeads: 2, Capacity: 9, HeadDim: 4);

    // The plain twin: a list of (position, mark) per sequence; a slot's key holds its mark, its value minus the mark.
    [Fact]
    public void Behaves_like_a_list_per_sequence() =>
        Gen.Int[0, 100_000].Array[120].Sample(
            choices =>
            {
                using var cache = new PreallocatedCache(Shape, ComputeDevice.Cpu, ScalarType.Float32);
                var lists = Enumerable.Range(0, 3).Select(_ => new List<(int Position, int Mark)>()).ToArray();
                var next = 0;
                var mark = 0;
                int Choose(int count) => choices[next++ % choices.Length] % count;
                for (var step = 0; step < 12; step++)
                {
                    var (one, other) = (Choose(3), Choose(3));
                    switch (Choose(6))
                    {
                        case 0:
                            var length = Choose(lists[one].Count + 1);
                            cache.Truncate(one, length);
                            lists[one] = lists[one][..length];
                            break;
                        case 1:
                            cache.Copy(one, other);
                            lists[other] = [.. lists[one]];
                            break;
                        case 2:
                            int[] slots = [.. Enumerable.Range(0, lists[one].Count).Where(_ => Choose(2) == 0)];
                            cache.Retain(one, slots);
                            lists[one] = [.. slots.Select(slot => lists[one][slot])];
                            break;
                        case 3:
                            int[] sources = [one, other, Choose(3)];
                            cache.Reorder(sources);
                            lists = [.. sources.Select(source => lists[source].ToList())];
                            break;
                        default:
                            Append(cache, lists, Choose, ref mark);
                            break;
                    }

                    AssertHolds(cache, lists);
                }
            },
            iter: 60, threads: 1);

    [Fact]
    public void Counts_its_bytes_exactly()
    {
        using var cache = new PreallocatedCache(Shape, ComputeDevice.Cpu, ScalarType.BFloat16);
        Assert.Equal(2 * 2 * 3 * 2 * 9 * 4 * 2, cache.Bytes);
        Assert.Equal(0, cache.FilledBytes);
        using var step = cache.Begin([new CacheRow(1, Enumerable.Range(0, 3).ToArray())]);
        Assert.Equal(0, cache.FilledBytes);
        step.Commit();
        Assert.Equal(2 * 2 * 2 * 3 * 4 * 2, cache.FilledBytes);
        Assert.Equal(3, cache.NextPosition(1));
    }

    [Fact]
    public void A_view_shares_the_memory_of_the_cache()
    {
        using var scope = NewDisposeScope();
        using var cache = new PreallocatedCache(Shape, ComputeDevice.Cpu, ScalarType.Float32);
        var (keys, _) = cache.View(1, 1, 2, 5);
        keys.fill_(7);
        Assert.Equal(7f, cache.View(1, 2, 1, 9).Keys[0, 1, 4, 3].item<float>());
        Assert.Equal(0f, cache.View(1, 2, 1, 9).Keys[0, 1, 5, 3].item<float>());
        Assert.Equal(0f, cache.View(0, 0, 3, 9).Keys.sum().item<float>());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 3)]
    [InlineData(-1, 0)]
    public void Slots_out_of_order_or_range_are_refused(int first, int second)
    {
        using var cache = new PreallocatedCache(Shape, ComputeDevice.Cpu, ScalarType.Float32);
        using var step = cache.Begin([new CacheRow(0, Enumerable.Range(0, 3).ToArray())]);
        step.Commit();
        Assert.Throws<ArgumentException>(() => cache.Retain(0, [first, second]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(0, 4));
    }

    [Fact]
    public void Rows_that_overflow_or_repeat_a_sequence_are_refused()
    {
        using var cache = new PreallocatedCache(Shape, ComputeDevice.Cpu, ScalarType.Float32);
        Assert.Throws<ArgumentException>(() => cache.Begin([new CacheRow(0, new int[10])]));
        Assert.Throws<ArgumentException>(() => cache.Begin([new CacheRow(1, new int[1]), new CacheRow(1, new int[1])]));
        Assert.Throws<ArgumentException>(() => cache.Begin([new CacheRow(1, new int[1]), new CacheRow(0, new int[1])]));
        Assert.Throws<ArgumentException>(() => new PreallocatedCache(Shape with { HeadDim = 0 }, ComputeDevice.Cpu, ScalarType.Float32));
    }

    [Fact]
    public void Operations_leave_no_tensor_alive()
    {
        using var cache = new PreallocatedCache(Shape, ComputeDevice.Cpu, ScalarType.Float32);
        var lists = Enumerable.Range(0, 3).Select(_ => new List<(int Position, int Mark)>()).ToArray();
        var mark = 0;
        LiveTensors.AssertLeft(0, () =>
        {
            Append(cache, lists, count => count - 1, ref mark);
            cache.Retain(2, [0, 2]);
            cache.Copy(2, 0);
            cache.Reorder([2, 1, 0]);
            cache.Truncate(1, 0);
        });
        LiveTensors.AssertLeft(0, () => new PreallocatedCache(Shape, ComputeDevice.Cpu, ScalarType.Float32).Dispose());
    }

    private static void Append(
        PreallocatedCache cache, List<(int Position, int Mark)>[] lists, Func<int, int> choose, ref int mark)
    {
        var rows = new List<CacheRow>();
        for (var sequence = 0; sequence < 3; sequence++)
        {
            var count = Math.Min(choose(4), Shape.Capacity - lists[sequence].Count);
            if (count > 0)
            {
                rows.Add(new CacheRow(sequence, Enumerable.Range(0, count).Select(_ => choose(50)).ToArray()));
            }
        }

        if (rows.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var step = cache.Begin(rows);
        var keys = zeros(rows.Count, step.Width, Shape.KeyValueHeads, Shape.HeadDim);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < rows[row].Positions.Length; i++)
            {
                keys[row, i] = full(Shape.KeyValueHeads, Shape.HeadDim, ++mark);
                lists[rows[row].Sequence].Add((rows[row].Positions.Span[i], mark));
            }
        }

        var heads = arange(Shape.KeyValueHeads).mul(1000).view(1, 1, -1, 1);
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            step.Write(layer, keys.add(heads).add(layer * 5000), keys.neg());
        }

        step.Commit();
    }

    private static void AssertHolds(PreallocatedCache cache, List<(int Position, int Mark)>[] lists)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(lists.Select(list => list.Count), cache.Lengths);
        for (var sequence = 0; sequence < 3; sequence++)
        {
            var list = lists[sequence];
            Assert.Equal(list.Select(slot => slot.Position), cache.Positions(sequence).ToArray());
            for (var layer = 0; layer < Shape.Layers && list.Count > 0; layer++)
            {
                var (keys, values) = cache.View(layer, sequence, 1, list.Count);
                for (var head = 0; head < Shape.KeyValueHeads; head++)
                {
                    var offset = (1000f * head) + (5000 * layer);
                    Assert.Equal(list.Select(slot => slot.Mark + offset), keys[0, head, .., 3].contiguous().data<float>());
                    Assert.Equal(list.Select(slot => -(float)slot.Mark), values[0, head, .., 0].contiguous().data<float>());
                }
            }
        }
    }
}
