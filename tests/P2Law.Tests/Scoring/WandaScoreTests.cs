using LlmEfficiency.P2Law.Scoring;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests.Scoring;

public sealed class WandaScoreTests
{
    private static readonly SparsityPattern TwoOfFour = SparsityPattern.Of(2, 4);

    // The norms of the four channels are 5, 2, 1, 10.
    private static readonly double[] Squares = [25, 4, 1, 100];

    [Fact]
    public void Two_rows_by_hand()
    {
        using var scope = NewDisposeScope();
        var weight = tensor([1.0, -3, 4, 0.1, 0.3, 1, -1, 0.05]).view(2, 4);
        var inputs = tensor([3.0, 2, 0, 6, 4, 0, 1, 8]).view(2, 4);
        Assert.Equal(Squares, WandaScore.SquareSum(inputs).data<double>().ToArray());
        Assert.Equal([5, 6, 4, 1, 1.5, 2, 1, 0.5], WandaScore.Of(weight, WandaScore.SquareSum(inputs)).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([false, false, true, true, false, false, true, true], Mask(weight, Squares));
    }

    [Fact]
    public void Scaling_a_row_or_all_inputs_changes_nothing_and_scaling_a_channel_does()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var weight = randn(6, 4, dtype: ScalarType.Float64, generator: generator);
        var mask = Mask(weight, Squares);
        Assert.Equal(mask, Mask(weight.mul(tensor([2.0, 0.1, 3, 1, 50, 7]).unsqueeze(1)), Squares));
        Assert.Equal(mask, Mask(weight, [.. Squares.Select(square => square * 49)]));
        Assert.All(Mask(weight, [25, 4, 1e9, 100]).Chunk(4), row => Assert.False(row[2]));
        Assert.All(Mask(weight, [25, 4, 1e-9, 100]).Chunk(4), row => Assert.True(row[2]));
    }

    [Fact]
    public void Inputs_of_one_norm_leave_magnitude()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var weight = randn(6, 8, dtype: ScalarType.Float64, generator: generator);
        var identity = WandaScore.SquareSum(eye(8, dtype: ScalarType.Float64));
        Assert.Equal(
            WeightMask.OfRows(weight.abs(), TwoOfFour).data<bool>().ToArray(),
            WeightMask.OfRows(WandaScore.Of(weight, identity), TwoOfFour).data<bool>().ToArray());
    }

    private static bool[] Mask(Tensor weight, double[] squares) =>
        WeightMask.OfRows(WandaScore.Of(weight, tensor(squares)), TwoOfFour).data<bool>().ToArray();
}
