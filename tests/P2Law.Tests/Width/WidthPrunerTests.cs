using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Scoring;
using LlmEfficiency.P2Law.Width;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests.Width;

public sealed class WidthPrunerTests : IDisposable
{
    private static readonly int[] Silent = [1, 6, 7, 12, 19, 20, 29, 31];   // channels, 8 of 32

    private readonly StoredTiny _tiny = new();

    public static TheoryData<string> Families => [.. StoredTiny.Families.Keys];

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void Channels_that_are_always_zero_are_not_missed(string family)
    {
        var source = _tiny.Write(StoredTiny.Families[family], weights => SilenceChannels(weights));
        var (report, folder) = _tiny.Prune(source, Width(new WidthSettings { Hidden = 24, Norm = NormScale.Sqrt }));
        Assert.Equal(Ranking.Complement(Silent, 32), report.Outcome.Kept!.Hidden!);
        Assert.Equal(report.Before.NormEpsilon / 0.75, report.After.NormEpsilon, 1e-15);
        Assert.True(StoredTiny.Difference(StoredTiny.Logits(source), StoredTiny.Logits(folder)) < 1e-4);    // fp32: gains are rounded once more

        // Calibrated finds the same factor; without any, the result is another model.
        var (calibrated, _) = _tiny.Prune(source, Width(new WidthSettings { Hidden = 24, Norm = NormScale.Calibrated }));
        Assert.All(calibrated.Outcome.Kept!.Gains.Values, gain => Assert.Equal(Math.Sqrt(1 / 0.75), gain, 1e-6));
        var (_, plain) = _tiny.Prune(source, Width(new WidthSettings { Hidden = 24, Norm = NormScale.Plain }));
        Assert.True(StoredTiny.Difference(StoredTiny.Logits(source), StoredTiny.Logits(plain)) > 1e-2);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void In_plain_fp64_channels_that_are_always_zero_are_not_missed_at_all(string family)
    {
        var source = _tiny.Write(StoredTiny.Families[family], weights => SilenceChannels(weights), ScalarType.Float64);
        var (_, folder) = _tiny.Prune(source, Width(new WidthSettings { Hidden = 24, Norm = NormScale.Sqrt }));
        Assert.InRange(StoredTiny.Difference(StoredTiny.PlainLogits(source), StoredTiny.PlainLogits(folder)), 0, 1e-13);
        var (_, plain) = _tiny.Prune(source, Width(new WidthSettings { Hidden = 24, Norm = NormScale.Plain }));
        Assert.True(StoredTiny.Difference(StoredTiny.PlainLogits(source), StoredTiny.PlainLogits(plain)) > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Neurons_and_heads_that_nobody_hears_are_not_missed(string family)
    {
        var config = StoredTiny.Families[family];
        int[] neurons = [0, 5, 11, 47], heads = config.KeyValueHeadCount == 6 ? [1, 4] : [1, 5];   // one of each group
        var source = _tiny.Write(config, weights =>
        {
            ForEachLayer(weights, "mlp.down_proj.weight", 1, neurons);
            ForEachLayer(weights, "self_attn.o_proj.weight", 1, [.. heads.SelectMany(head => Enumerable.Range(head * 8, 8))]);
        });
        using var stored = StoredTiny.Open(source);
        var kept = new KeptUnits
        {
            Layers = [0, 1, 2, 3],
            FeedForward = [.. Enumerable.Repeat(Ranking.Complement(neurons, 48), 4)],
            Heads = [.. Enumerable.Repeat(Ranking.Complement(heads, 6), 4)],
        };
        var plan = new StructuredPlan(stored.Weights, config, kept, new PruningScores());
        Assert.Equal((44, 4, config.KeyValueHeadCount == 6 ? 4 : 2), (plan.Config.InnerSize, plan.Config.HeadCount, plan.Config.KeyValueHeadCount));
        var target = _tiny.Write(plan);
        Assert.True(StoredTiny.Difference(StoredTiny.Logits(source), StoredTiny.Logits(target)) < 1e-5);    // fp32: sums in another order
        Assert.InRange(StoredTiny.Difference(StoredTiny.PlainLogits(source), StoredTiny.PlainLogits(target)), 0, 1e-13);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Neurons_that_are_never_active_go_first(string family)
    {
        int[] neurons = [0, 5, 11, 47];
        var source = _tiny.Write(StoredTiny.Families[family], weights =>
        {
            ForEachLayer(weights, "mlp.gate_proj.weight", 0, neurons);
            ForEachLayer(weights, "mlp.gate_proj.bias", 0, neurons);
        });
        var (report, folder) = _tiny.Prune(source, Width(new WidthSettings { Ffn = 44 }));
        Assert.All(report.Outcome.Kept!.FeedForward!, kept => Assert.Equal(Ranking.Complement(neurons, 48), kept));
        Assert.True(StoredTiny.Difference(StoredTiny.Logits(source), StoredTiny.Logits(folder)) < 1e-5);
        Assert.InRange(StoredTiny.Difference(StoredTiny.PlainLogits(source), StoredTiny.PlainLogits(folder)), 0, 1e-13);
    }

    [Fact]
    public void Every_key_value_head_keeps_as_many_query_heads()
    {
        var (report, _) = _tiny.Prune(_tiny.Write(StoredTiny.Llama), Width(new WidthSettings { Heads = 2 }));
        Assert.All(report.Outcome.Kept!.Heads!, kept => Assert.Equal([0, 1], kept.Select(head => head / 3)));
        foreach (var (scores, kept) in report.Outcome.Scores.Heads!.Zip(report.Outcome.Kept.Heads!))
        {
            Assert.Equal([.. Enumerable.Range(0, 2).Select(group => Enumerable.Range(3 * group, 3).MaxBy(head => scores[head]))], kept);
        }
    }

    [Fact]
    public void Scores_follow_a_permutation_of_the_units()
    {
        int[] channels = [.. Enumerable.Range(0, 32).Select(i => i * 7 % 32)], neurons = [.. Enumerable.Range(0, 48).Select(i => i * 5 % 48)];
        var plain = _tiny.Write(StoredTiny.Llama);
        using var stored = StoredTiny.Open(plain);
        var kept = new KeptUnits { Layers = [0, 1, 2, 3], Hidden = channels, FeedForward = [.. Enumerable.Repeat(neurons, 4)] };
        var permuted = _tiny.Write(new StructuredPlan(stored.Weights, stored.Config, kept, new PruningScores()));
        var settings = Width(new WidthSettings { Hidden = 20, Ffn = 30 });
        var (left, right) = (_tiny.Prune(plain, settings).Report.Outcome, _tiny.Prune(permuted, settings).Report.Outcome);
        Assert.True(StoredTiny.Difference(StoredTiny.Logits(plain), StoredTiny.Logits(permuted)) < 1e-4);
        Assert.Equal(channels.Select(channel => left.Scores.Hidden![channel]), right.Scores.Hidden!, (a, b) => Math.Abs(a - b) < 1e-4 * a);
        Assert.Equal(left.Kept!.Hidden!, right.Kept!.Hidden!.Select(channel => channels[channel]).Order());
        Assert.Equal(left.Kept.FeedForward![2], right.Kept.FeedForward![2].Select(neuron => neurons[neuron]).Order());
    }

    [Fact]
    public void Importance_by_hand()
    {
        using var scope = NewDisposeScope();
        var first = ActivationImportance.SquareSum(tensor([1f, -2, 3, 4]).view(1, 2, 2));       // means 2, 3
        var more = ActivationImportance.SquareSum(tensor([1f, 0, -1, 0]).view(2, 1, 2));        // means 1, 0 twice
        Assert.Equal([4, 9], first.data<double>().ToArray());
        Assert.Equal([2, 0], more.data<double>().ToArray());
        Assert.Equal([2 + Math.Sqrt(2), 3], ActivationImportance.OfUnits([first.data<double>().ToArray(), more.data<double>().ToArray()]));
        Assert.Equal([Math.Sqrt(13), 5], ActivationImportance.OfHeads([4, 9, 9, 16], headDim: 2));
        Assert.Equal(Math.Sqrt(2), NormGain.OfZeros(16, 32));
        Assert.Equal(Math.Sqrt(2 / 1.5), NormGain.Calibrated([1, 2, 1, 2], [1, 3]), 1e-12);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    public void The_rate_scales_all_its_axes_together_to_the_nearest(double rate)
    {
        var config = StoredTiny.Llama with { HiddenSize = 128, InnerSize = 384, HeadCount = 16, KeyValueHeadCount = 2 };
        WidthAxis[] axes = [WidthAxis.Hidden, WidthAxis.Ffn, WidthAxis.Heads];
        var sizes = WidthSizes.Of(config, new WidthSettings { Axes = axes }, rate);
        var found = 1 - ((double)sizes.Apply(config).ParameterCount / config.ParameterCount);
        Assert.Equal(rate, found, 0.03);
        Assert.Equal((0, 0, 0), (sizes.Hidden % 4, sizes.Ffn % 4, sizes.Heads % 2));
        var given = WidthSizes.Of(config, new WidthSettings { Axes = axes, Hidden = 128 }, rate);
        Assert.True(given.Hidden == 128 && given.Ffn < sizes.Ffn);
    }

    [Theory]
    [InlineData(33, null, "width.hidden is 33")]
    [InlineData(null, 5, "width.heads is 5")]
    [InlineData(null, null, "neither rate nor a size")]
    [InlineData(32, null, "the model's own")]
    public void Sizes_that_cannot_be_are_refused(int? hidden, int? heads, string problem)
    {
        var thrown = Assert.Throws<LlmEfficiencyException>(() => WidthSizes.Of(StoredTiny.Llama, new WidthSettings { Hidden = hidden, Heads = heads }, null));
        Assert.Contains(problem, thrown.Message, StringComparison.Ordinal);
    }

    private static PruningSettings Width(WidthSettings settings) => new() { Method = "width", Width = settings };

    // Nothing writes the channels and no norm lets them through: their scores are zero as well.
    private static void SilenceChannels(IReadOnlyDictionary<string, Tensor> weights)
    {
        using var scope = NewDisposeScope();
        var channels = tensor(Array.ConvertAll(Silent, channel => (long)channel));
        foreach (var (name, weight) in weights)
        {
            var part = name.Split('.')[^2];
            if (part is "o_proj" or "down_proj" || part.EndsWith("norm", StringComparison.Ordinal))
            {
                weight.index_fill_(0, channels, 0);
            }
            else if (part is "embed_tokens")
            {
                weight.index_fill_(1, channels, 0);
            }
        }
    }

    private static void ForEachLayer(IReadOnlyDictionary<string, Tensor> weights, string part, int axis, int[] units)
    {
        using var scope = NewDisposeScope();
        foreach (var (_, weight) in weights.Where(pair => pair.Key.EndsWith(part, StringComparison.Ordinal)))
        {
            weight.index_fill_(axis, tensor(Array.ConvertAll(units, unit => (long)unit)), 0);
        }
    }
}
