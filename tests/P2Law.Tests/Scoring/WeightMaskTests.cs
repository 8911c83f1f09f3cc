using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Scoring;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests.Scoring;

public sealed class WeightMaskTests
{
    [Fact]
    public void Each_group_loses_its_smallest() =>
        (from rows in Gen.Int[1, 7]
         from groups in Gen.Int[1, 5]
         from kept in Gen.Int[1, 6]
         from more in Gen.Int[1, 3]
         from values in Gen.Int[0, 9].Array[rows * groups * (kept + more)]      // with ties
         select (rows, kept, size: kept + more, values)).Sample(sample =>
        {
            using var scope = NewDisposeScope();
            var scores = tensor(Array.ConvertAll(sample.values, value => (double)value)).view(sample.rows, -1);
            var mask = WeightMask.OfRows(scores, SparsityPattern.Of(sample.kept, sample.size)).data<bool>().ToArray();
            foreach (var (group, gone) in sample.values.Chunk(sample.size).Zip(mask.Chunk(sample.size)))
            {
                var expected = Enumerable.Range(0, group.Length).OrderBy(i => group[i]).Take(group.Length - sample.kept).ToHashSet();
                Assert.Equal(Enumerable.Range(0, group.Length).Select(expected.Contains), gone);
            }
        });

    [Fact]
    public void Of_equal_scores_the_first_go()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([true, true, false, false, true, true, false, false], WeightMask.OfRows(ones(1, 8), SparsityPattern.Of(2, 4)).data<bool>().ToArray());
        Assert.Equal([true, true, true, false, false, false, false], WeightMask.OfRows(ones(1, 7), SparsityPattern.Unstructured(0.5)).data<bool>().ToArray());
    }

    [Fact]
    public void A_matrix_as_a_whole_may_lose_a_row_and_rows_by_themselves_lose_alike()
    {
        using var scope = NewDisposeScope();
        var scores = tensor([1f, 2, 3, 4, 5, 6, 7, 8]).view(2, 4);
        Assert.Equal([true, true, true, true, false, false, false, false], WeightMask.OfMatrix(scores, SparsityPattern.Unstructured(0.5)).data<bool>().ToArray());
        Assert.Equal([true, true, false, false, true, true, false, false], WeightMask.OfRows(scores, SparsityPattern.Unstructured(0.5)).data<bool>().ToArray());
    }

    [Theory]
    [InlineData("2:4", 2, 4, 0.5)]
    [InlineData("1:4", 1, 4, 0.75)]
    [InlineData("0.3", 0, 0, 0.3)]
    public void A_pattern_is_read_and_written(string text, int kept, int group, double ratio)
    {
        var pattern = SparsityPattern.Parse(text);
        Assert.Equal((kept, group, ratio, text), (pattern.Kept, pattern.Group, pattern.Ratio, pattern.ToString()));
    }

    [Theory]
    [InlineData("4:4")]
    [InlineData("0:4")]
    [InlineData("2:4:8")]
    [InlineData("1")]
    [InlineData("half")]
    public void What_is_no_pattern_is_refused(string text) =>
        Assert.Contains(text, Assert.Throws<LlmEfficiencyException>(() => SparsityPattern.Parse(text)).Message, StringComparison.Ordinal);
}
