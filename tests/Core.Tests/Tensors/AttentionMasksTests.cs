using CsCheck;
using LlmEfficiency.Core.Tensors;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Tensors;

public sealed class AttentionMasksTests
{
    [Fact]
    public void Causal_queries_are_the_last_of_the_keys() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 6]).Sample(
            (queries, before) =>
            {
                using var mask = AttentionMasks.Causal(queries, queries + before, CPU);
                AssertCells(mask, [1, 1, queries, queries + before], (_, query, key) => key <= before + query);
            },
            threads: 1, iter: 50);

    [Fact]
    public void A_window_counts_positions_and_not_places() =>
        Gen.Select(Gen.Int[0, 12].Array[10], Gen.Int[1, 13]).Sample(
            (positions, window) =>
            {
                using var tensor = Ids(positions).view(2, 5);
                using var mask = AttentionMasks.CausalWindow(tensor, window);
                AssertCells(mask, [2, 1, 5, 5], (row, query, key) =>
                    key <= query && positions[(row * 5) + query] - positions[(row * 5) + key] < window);
            },
            threads: 1, iter: 50);

    [Fact]
    public void Padding_hides_what_lies_right_of_a_sequence()
    {
        using var mask = AttentionMasks.Padding([3, 0, 5], 5, CPU);
        AssertCells(mask, [3, 1, 1, 5], (row, _, key) => key < (row == 0 ? 3 : row == 1 ? 0 : 5));
    }

    [Fact]
    public void A_relation_is_taken_as_it_is()
    {
        using var mask = AttentionMasks.FromRelation(3, 4, (query, key) => (query + key) % 2 == 0, CPU);
        AssertCells(mask, [1, 1, 3, 4], (_, query, key) => (query + key) % 2 == 0);
    }

    [Fact]
    public void Each_mask_is_one_live_tensor()
    {
        using var positions = Ids([0, 1, 2, 3]).view(1, 4);
        foreach (var make in new Func<Tensor>[]
        {
            () => AttentionMasks.Causal(2, 3, CPU), () => AttentionMasks.CausalWindow(positions, 2),
            () => AttentionMasks.Padding([1], 2, CPU), () => AttentionMasks.FromRelation(1, 2, (_, _) => true, CPU),
        })
        {
            Tensor? mask = null;
            LiveTensors.AssertLeft(1, () => mask = make());
            mask!.Dispose();
        }
    }

    [Fact]
    public void A_mask_of_another_kind_is_refused()
    {
        using var floats = zeros(1, 1, 2, 2);
        using var heads = zeros(1, 3, 2, 2, dtype: ScalarType.Bool);
        Assert.Throws<ArgumentException>(() => Visibility.Of(floats));
        Assert.Throws<ArgumentException>(() => Visibility.Of(heads));
    }

    private static Tensor Ids(int[] values) => tensor(Array.ConvertAll(values, value => (long)value));

    private static void AssertCells(Tensor mask, long[] shape, Func<int, int, int, bool> expected)
    {
        Assert.Equal(shape, mask.shape);
        var cells = mask.data<bool>().ToArray();
        for (var i = 0; i < cells.Length; i++)
        {
            var (keys, queries) = ((int)shape[3], (int)shape[2]);
            Assert.Equal(expected(i / keys / queries, i / keys % queries, i % keys), cells[i]);
        }
    }
}
