using CsCheck;
using LlmEfficiency.P2Law.Scoring;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests.Scoring;

public sealed class SparseGptTests
{
    private static readonly SparsityPattern TwoOfFour = SparsityPattern.Of(2, 4);

    [Fact]
    public void Without_damping_the_loss_is_the_error_of_the_outputs() => Gen.Int[0, 10_000].Sample(seed =>
    {
        using var scope = NewDisposeScope();
        var (weight, inputs, hessian) = Problem(seed, outputs: 5, width: 16, tokens: 60);
        var (pruned, loss) = SparseGpt.Prune(weight, hessian, TwoOfFour, blockSize: 8, damping: 0);
        var error = pruned.sub(weight).mm(inputs.t()).square().sum().item<double>() / Sequences;
        Assert.Equal(error, loss, 1e-9 * error);
    }, iter: 40);

    [Theory]
    [InlineData(2, 4)]
    [InlineData(1, 4)]
    [InlineData(4, 8)]
    public void The_result_does_not_depend_on_the_block_size(int kept, int group)
    {
        using var scope = NewDisposeScope();
        var (weight, _, hessian) = Problem(7, outputs: 6, width: 32, tokens: 90);
        var pattern = SparsityPattern.Of(kept, group);
        var whole = SparseGpt.Prune(weight, hessian, pattern, blockSize: 32).Weight;
        foreach (var size in new[] { 8, 16, 24, 128 })
        {
            Assert.True(SparseGpt.Prune(weight, hessian, pattern, size).Weight.sub(whole).abs().max().item<double>() < 1e-12);
        }
    }

    [Fact]
    public void Columns_pruned_before_all_that_stay_are_made_good_as_by_least_squares()
    {
        // Large weights behind: the first two of each four go, and with one group nothing of them is behind.
        using var scope = NewDisposeScope();
        var (weight, _, hessian) = Problem(11, outputs: 4, width: 4, tokens: 50);
        weight = weight.mul(tensor([1e-3, 1e-3, 1e3, 1e3]));
        var (pruned, _) = SparseGpt.Prune(weight, hessian, TwoOfFour, damping: 0);
        var (gone, stays) = (weight.narrow(1, 0, 2), weight.narrow(1, 2, 2));
        var (cross, square) = (hessian.narrow(0, 0, 2).narrow(1, 2, 2), hessian.narrow(0, 2, 2).narrow(1, 2, 2));
        var expected = stays.add(gone.mm(cross).mm(square.inverse()));              // w_K + w_P H_PK H_KK⁻¹
        Assert.True(pruned.narrow(1, 0, 2).eq(0).all().item<bool>());
        Assert.True(pruned.narrow(1, 2, 2).sub(expected).abs().max().item<double>() < 1e-9);
    }

    [Fact]
    public void Columns_pruned_behind_all_that_stay_are_only_set_to_zero()
    {
        using var scope = NewDisposeScope();
        var (weight, _, hessian) = Problem(12, outputs: 4, width: 4, tokens: 50);
        weight = weight.mul(tensor([1e3, 1e3, 1e-3, 1e-3]));
        var (pruned, _) = SparseGpt.Prune(weight, hessian, TwoOfFour, damping: 0);
        Assert.True(pruned.equal(cat([weight.narrow(1, 0, 2), zeros(4, 2, dtype: ScalarType.Float64)], 1)).all().item<bool>());
    }

    // Group by group: what goes is made good by all that lies behind it, and what was passed over stays as it is.
    [Theory]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(0, 16)]
    [InlineData(2, 4)]
    [InlineData(2, 8)]
    [InlineData(2, 16)]
    public void Each_of_several_groups_is_made_good_as_by_least_squares_on_what_lies_behind(int first, int blockSize)
    {
        using var scope = NewDisposeScope();
        const int Width = 16;
        var (weight, _, hessian) = Problem(18, outputs: 5, Width, tokens: 80);
        var goes = zeros(Width, dtype: ScalarType.Bool);
        var expected = weight = weight.mul(arange(Width).remainder(4).sub(first + 0.5).abs().lt(1).to(ScalarType.Float64).mul(1e-3 - 1e3).add(1e3));
        for (var start = first; start < Width; start += 4)
        {
            _ = goes.narrow(0, start, 2).fill_(true);
            expected = MadeGood(expected, hessian, start, 2);
        }

        var (pruned, _) = SparseGpt.Prune(weight, hessian, TwoOfFour, blockSize, damping: 0);
        Assert.True(pruned.eq(0).equal(goes.expand(5, Width)).all().item<bool>());
        Assert.True(pruned.sub(expected).abs().max().item<double>() < 1e-9);
        Assert.True(pruned.sub(weight.masked_fill(goes, 0)).abs().max().item<double>() > 1e-5);      // and not only set to zero
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void Half_of_a_block_without_groups_is_made_good_by_what_lies_behind_it(int start)
    {
        using var scope = NewDisposeScope();
        var (weight, _, hessian) = Problem(19, outputs: 5, width: 16, tokens: 80);
        _ = weight.narrow(1, start, 8).mul_(1e-3);
        _ = weight.narrow(1, 8 - start, 8).mul_(1e3);
        var (pruned, _) = SparseGpt.Prune(weight, hessian, SparsityPattern.Unstructured(0.5), blockSize: 16, damping: 0);
        var expected = MadeGood(weight, hessian, start, 8);
        Assert.True(pruned.narrow(1, start, 8).eq(0).all().item<bool>());
        Assert.True(pruned.sub(expected).abs().max().item<double>() < 1e-9);
        Assert.Equal(start == 8, pruned.equal(weight.masked_fill(pruned.eq(0), 0)).all().item<bool>());
    }

    [Fact]
    public void Products_of_single_numbers_are_summed_in_fp64()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(20);
        var inputs = randn(2500, 24, generator: generator).add(1);       // fp32, more rows than are converted at a time
        var found = SparseGpt.ProductSum(inputs);
        var expected = inputs.to(ScalarType.Float64).t().mm(inputs.to(ScalarType.Float64));
        var scale = expected.abs().max().item<double>();
        Assert.Equal(ScalarType.Float64, found.dtype);
        Assert.True(found.sub(expected).abs().max().item<double>() < 1e-13 * scale);
        Assert.True(inputs.t().mm(inputs).sub(expected).abs().max().item<double>() > 1e-9 * scale);  // which fp32 does not reach
    }

    [Fact]
    public void Equal_and_uncorrelated_inputs_leave_magnitude()
    {
        using var scope = NewDisposeScope();
        var (weight, _, _) = Problem(13, outputs: 5, width: 16, tokens: 2);
        var (pruned, _) = SparseGpt.Prune(weight, eye(16, dtype: ScalarType.Float64).mul(3), TwoOfFour);
        var expected = weight.masked_fill(WeightMask.OfRows(weight.abs(), TwoOfFour), 0);
        Assert.True(pruned.equal(expected).all().item<bool>());
    }

    [Fact]
    public void Uncorrelated_inputs_leave_the_mask_of_wanda_and_the_weights()
    {
        using var scope = NewDisposeScope();
        var (weight, inputs, _) = Problem(14, outputs: 5, width: 16, tokens: 30);
        var squares = WandaScore.SquareSum(inputs);
        var (pruned, _) = SparseGpt.Prune(weight, squares.mul(2.0 / Sequences).diag(), TwoOfFour, damping: 0);
        var expected = weight.masked_fill(WeightMask.OfRows(WandaScore.Of(weight, squares), TwoOfFour), 0);
        Assert.True(pruned.equal(expected).all().item<bool>());
    }

    [Fact]
    public void Least_squares_on_the_same_mask_is_never_worse() => Gen.Int[0, 10_000].Sample(seed =>
    {
        using var scope = NewDisposeScope();
        var (weight, _, hessian) = Problem(seed, outputs: 3, width: 8, tokens: 40);
        var (pruned, loss) = SparseGpt.Prune(weight, hessian, TwoOfFour, damping: 0);
        var best = Enumerable.Range(0, 3).Sum(row => LeastSquares(weight[row], pruned[row].ne(0), hessian));
        Assert.True(best <= loss * (1 + 1e-9), $"{best} {loss}");
    }, iter: 40);

    [Fact]
    public void On_correlated_inputs_it_is_better_than_wanda_as_a_rule()
    {
        var wins = 0;
        for (var seed = 0; seed < 30; seed++)
        {
            using var scope = NewDisposeScope();
            var (weight, inputs, hessian) = Problem(seed, outputs: 8, width: 16, tokens: 100);
            var (_, loss) = SparseGpt.Prune(weight, hessian, TwoOfFour, damping: 0);
            var wanda = weight.masked_fill(WeightMask.OfRows(WandaScore.Of(weight, WandaScore.SquareSum(inputs)), TwoOfFour), 0);
            wins += loss < wanda.sub(weight).mm(inputs.t()).square().sum().item<double>() / Sequences ? 1 : 0;
        }

        Assert.InRange(wins, 22, 30);
    }

    [Fact]
    public void A_dead_input_has_weights_of_zero_and_nothing_becomes_no_number()
    {
        using var scope = NewDisposeScope();
        var (weight, inputs, _) = Problem(15, outputs: 4, width: 8, tokens: 40);
        inputs = inputs.mul(tensor([1.0, 1, 0, 1, 1, 1, 1, 1]));
        var (pruned, loss) = SparseGpt.Prune(weight, SparseGpt.ProductSum(inputs).mul(2.0 / Sequences), TwoOfFour);
        Assert.True(pruned.narrow(1, 2, 1).eq(0).all().item<bool>());
        Assert.True(pruned.isfinite().all().item<bool>() && double.IsFinite(loss));
    }

    [Fact]
    public void Fewer_tokens_than_channels_still_have_a_factor()
    {
        using var scope = NewDisposeScope();
        var (weight, _, hessian) = Problem(16, outputs: 4, width: 16, tokens: 3);
        Assert.True(SparseGpt.Prune(weight, hessian, TwoOfFour, damping: 0).Weight.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.25)]
    public void Without_groups_each_block_loses_its_part(double ratio)
    {
        using var scope = NewDisposeScope();
        var (weight, _, hessian) = Problem(17, outputs: 8, width: 32, tokens: 80);
        var pruned = SparseGpt.Prune(weight, hessian, SparsityPattern.Unstructured(ratio), blockSize: 16).Weight;
        foreach (var start in new[] { 0, 16 })
        {
            Assert.Equal((long)(8 * 16 * ratio), pruned.narrow(1, start, 16).eq(0).sum().item<long>());
        }
    }

    private const int Sequences = 2;

    // Columns P go, and those behind become w_R + w_P H_PR H_RR⁻¹.
    private static Tensor MadeGood(Tensor weight, Tensor hessian, int start, int count)
    {
        var (end, width) = (start + count, (int)weight.shape[1]);
        var (before, gone) = (weight.narrow(1, 0, start), weight.narrow(1, start, count));
        var behind = weight.narrow(1, end, width - end);
        if (end < width)
        {
            var (cross, square) = (hessian.narrow(0, start, count).narrow(1, end, width - end), hessian.narrow(0, end, width - end).narrow(1, end, width - end));
            behind = behind.add(gone.mm(cross).mm(square.inverse()));
        }

        return cat([before, zeros_like(gone), behind], 1);
    }

    // Correlated inputs, as the activations of a model are.
    private static (Tensor Weight, Tensor Inputs, Tensor Hessian) Problem(int seed, int outputs, int width, int tokens)
    {
        using var generator = new Generator((ulong)seed);
        var weight = randn(outputs, width, dtype: ScalarType.Float64, generator: generator);
        // Near the identity: of a nearly singular matrix the inverse has too few true digits for the bounds below.
        var mix = eye(width, dtype: ScalarType.Float64).add(randn(width, width, dtype: ScalarType.Float64, generator: generator), 0.1);
        var inputs = randn(tokens, width, dtype: ScalarType.Float64, generator: generator).mm(mix);
        return (weight, inputs, SparseGpt.ProductSum(inputs).mul(2.0 / Sequences));
    }

    // The error ½ d H dᵀ with the kept weights chosen best: d_P = −w_P, d_K = w_P H_PK H_KK⁻¹.
    private static double LeastSquares(Tensor row, Tensor stays, Tensor hessian)
    {
        var kept = stays.nonzero().squeeze(1);
        var gone = stays.logical_not().nonzero().squeeze(1);
        var lost = row.index_select(0, gone).neg().unsqueeze(0);
        var cross = hessian.index_select(0, gone).index_select(1, kept);
        var square = hessian.index_select(0, kept).index_select(1, kept);
        var gain = lost.neg().mm(cross).mm(square.inverse());
        var all = hessian.index_select(0, gone).index_select(1, gone);
        return (lost.mm(all).mm(lost.t()) + (lost.mm(cross).mm(gain.t()) * 2) + gain.mm(square).mm(gain.t())).item<double>() / 2;
    }
}
