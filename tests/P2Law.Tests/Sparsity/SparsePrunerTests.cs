using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Scoring;
using LlmEfficiency.P2Law.Sparsity;
using LlmEfficiency.P2Law.Verification;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests.Sparsity;

public sealed class SparsePrunerTests : IDisposable
{
    private readonly StoredTiny _tiny = new();

    public static TheoryData<string, string> FamiliesAndCriteria
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var (family, criterion) in StoredTiny.Families.Keys.SelectMany(_ => SparsityCriteria.All, (family, entry) => (family, entry.Name)))
            {
                all.Add(family, criterion);
            }

            return all;
        }
    }

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [MemberData(nameof(FamiliesAndCriteria))]
    public void Each_four_neighbours_have_two_zeros_and_nothing_else_changes(string family, string criterion)
    {
        var source = _tiny.Write(StoredTiny.Families[family]);
        var (report, folder) = _tiny.Prune(source, Sparse(criterion, "2:4"));
        using var before = StoredTiny.Open(source);
        using var after = StoredTiny.Open(folder);
        foreach (var name in before.Weights.Entries.Keys)
        {
            using var scope = NewDisposeScope();
            var (old, now) = (before.Weights.Read(name), after.Weights.Read(name));
            if (!ParameterCounts.IsPrunable(name))
            {
                Assert.True(old.equal(now).all().item<bool>(), name);
                continue;
            }

            Assert.True(now.eq(0).reshape(-1, 4).sum(-1).eq(2).all().item<bool>(), name);
            Assert.Equal(criterion == "sparsegpt", !old.equal(now).logical_or(now.eq(0)).all().item<bool>());
        }

        Assert.Equal(0.5, report.Rates.Prunable, 12);
        Assert.Equal(criterion == "sparsegpt", report.Outcome.Matrices.All(matrix => matrix.Loss > 0));
        Assert.True(StoredTiny.Logits(folder).All(float.IsFinite));
    }

    [Fact]
    public void Magnitude_by_parts_takes_the_smallest_of_each_matrix()
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var (report, folder) = _tiny.Prune(source, Sparse("magnitude", "0.3"));
        Assert.Null(report.Calibration);
        using var scope = NewDisposeScope();
        using var before = StoredTiny.Open(source);
        using var after = StoredTiny.Open(folder);
        const string Name = "model.layers.1.mlp.up_proj.weight";
        var (old, now) = (before.Weights.Read(Name).abs(), after.Weights.Read(Name));
        Assert.Equal((long)(old.numel() * 0.3), now.eq(0).sum().item<long>());
        Assert.True(old[now.eq(0)].max().item<float>() <= old[now.ne(0)].min().item<float>());
    }

    // Computed once more from the whole of the pruned model: the observer there sees what the layer was calibrated with.
    [Fact]
    public void Wandas_norms_come_from_layers_that_are_pruned_already()
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var (_, folder) = _tiny.Prune(source, Sparse("wanda", "2:4"));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var before = StoredTiny.Open(source);
        using var after = StoredTiny.Open(folder);
        using var pruned = after.Load(new LoadSettings(ComputeDevice.Cpu, ScalarType.Float32));
        var watcher = new Watcher(3);
        foreach (var tokens in CalibrationSet.Read(_tiny.Calibration, before.ReadTokenizer(), null, 128).Batches())
        {
            _ = pruned.Hidden(new ForwardRequest(tokens) { Observer = watcher });
        }

        foreach (var name in "qkv".Select(part => $"model.layers.3.self_attn.{part}_proj.weight"))
        {
            var expected = WeightMask.OfRows(WandaScore.Of(before.Weights.Read(name), watcher.Sum!), SparsityPattern.Of(2, 4));
            Assert.Equal(expected.data<bool>().ToArray(), after.Weights.Read(name).eq(0).data<bool>().ToArray());
        }
    }

    [Fact]
    public void A_dry_run_finds_what_a_run_writes_and_bf16_stays_bf16()
    {
        var source = _tiny.Write(StoredTiny.Llama, type: ScalarType.BFloat16);
        var settings = Sparse("sparsegpt", "2:4") with { Calibration = _tiny.Calibration };
        var (report, folder) = _tiny.Prune(source, settings);
        var dry = PruningRun.Run(settings, source, target: null);
        Assert.Equal(report.Outcome.MaskHash, dry.Outcome.MaskHash);
        Assert.Equal(report.Outcome.Matrices, dry.Outcome.Matrices);
        using var after = StoredTiny.Open(folder);
        Assert.All(after.Weights.Entries.Values, entry => Assert.Equal(ScalarType.BFloat16, entry.Type));
    }

    [Fact]
    public void Widths_that_the_group_does_not_divide_are_refused()
    {
        var source = _tiny.Write(StoredTiny.Llama with { InnerSize = 42 });
        var thrown = Assert.Throws<LlmEfficiencyException>(() => _tiny.Prune(source, Sparse("wanda", "2:4")));
        Assert.Contains("intermediate_size of the model is 42", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("magnitude", "0.7")]
    [InlineData("wanda", "0.3")]
    [InlineData("sparsegpt", "0.3")]
    [InlineData("sparsegpt", "1:4")]
    [InlineData("wanda", "5:8")]
    public void Every_pattern_is_found_by_its_verification(string criterion, string pattern)
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var settings = Sparse(criterion, pattern);
        var (report, folder) = _tiny.Prune(source, settings with { Sparse = settings.Sparse with { BlockSize = 20 } });
        Assert.Equal(SparsityPattern.Parse(pattern).Ratio, report.Rates.Prunable, 0.02);
        Assert.Empty(ModelVerification.Run(folder, source, new PruningHost()).Problems);
    }

    private static PruningSettings Sparse(string criterion, string pattern) =>
        new() { Method = "sparse", Sparse = new SparseSettings { Criterion = criterion, Pattern = pattern } };

    private sealed class Watcher(int watched) : IForwardObserver
    {
        public Tensor? Sum { get; private set; }

        public void ObserveHidden(int layer, Tensor hidden)
        {
        }

        public void ObserveAttention(AttentionTrace trace)
        {
        }

        public void ObserveActivation(int layer, LayerSite site, Tensor activation)
        {
            if (layer == watched && site == LayerSite.AttentionInput)
            {
                var square = WandaScore.SquareSum(activation.reshape(-1, activation.shape[^1]));
                Sum = (Sum is null ? square : Sum.add(square)).DetachFromDisposeScope();
            }
        }
    }
}
