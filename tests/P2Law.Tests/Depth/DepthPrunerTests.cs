using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Depth;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Scoring;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests.Depth;

public sealed class DepthPrunerTests : IDisposable
{
    private readonly StoredTiny _tiny = new();

    public static TheoryData<string> Families => [.. StoredTiny.Families.Keys];

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void The_result_computes_what_the_source_does_with_those_layers_left_out(string family)
    {
        var config = StoredTiny.Families[family];
        var source = _tiny.Write(config);
        var (report, folder) = _tiny.Prune(source, Drop(0, 2));
        Assert.Equal([0, 2], report.DroppedLayers);
        Assert.Equal(2, report.After.LayerCount);
        Assert.True(StoredTiny.Difference(Skipping(source, [1, 3]), StoredTiny.Logits(folder)) < 1e-6);
    }

    // The same numbers in the same order of operations: not a bit is different.
    [Theory]
    [MemberData(nameof(Families))]
    public void In_plain_fp64_the_result_is_the_source_without_those_layers(string family)
    {
        var source = _tiny.Write(StoredTiny.Families[family], type: ScalarType.Float64);
        var (_, folder) = _tiny.Prune(source, Drop(0, 2));
        Assert.Equal(StoredTiny.PlainLogits(source, [1, 3]), StoredTiny.PlainLogits(folder));
        Assert.NotEqual(StoredTiny.PlainLogits(source, [0, 3]), StoredTiny.PlainLogits(folder));
    }

    [Theory]
    [InlineData("block-influence")]
    [InlineData("cosine-block")]
    [InlineData("angular-block")]
    public void A_layer_that_changes_nothing_goes_first_and_is_not_missed(string metric)
    {
        var source = _tiny.Write(StoredTiny.Llama, weights => Silence(weights, 2));
        var (report, folder) = _tiny.Prune(source, Settings(metric, 1));
        Assert.Equal([2], report.DroppedLayers);
        Assert.True(StoredTiny.Difference(StoredTiny.Logits(source), StoredTiny.Logits(folder)) < 1e-6);
        if (metric == "block-influence")
        {
            Assert.Equal(0, report.Outcome.Scores.Layers![2], 1e-6);
            Assert.All(report.Outcome.Scores.Layers.Where((_, layer) => layer != 2), score => Assert.True(score > 1e-3));
        }
    }

    [Fact]
    public void Block_influence_is_the_mean_of_one_minus_the_cosine_before_and_behind_a_layer()
    {
        var states = HiddenStatesOf(_tiny.Write(StoredTiny.Llama), out var report);
        for (var layer = 0; layer < 4; layer++)
        {
            Assert.Equal(states[layer].Zip(states[layer + 1], (a, b) => 1 - Cosine(a, b)).Average(), report.Outcome.Scores.Layers![layer], 1e-6);
        }
    }

    // LLM-Drop compares the states that lie n + 1 layers apart to remove n.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_block_of_n_layers_is_scored_by_the_states_n_layers_apart(int count)
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var states = HiddenStatesOf(source, out _);
        var scores = _tiny.Prune(source, Settings("cosine-block", count)).Report.Outcome.Scores.Blocks!;
        Assert.Equal(4 - count + 1, scores.Count);
        for (var first = 0; first + count <= 4; first++)
        {
            Assert.Equal(states[first].Zip(states[first + count], (a, b) => 1 - Cosine(a, b)).Average(), scores[first], 1e-6);
        }
    }

    [Fact]
    public void The_angle_is_that_of_last_tokens()
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var states = HiddenStatesOf(source, out _);
        var scores = _tiny.Prune(source, Settings("angular-block", 2)).Report.Outcome.Scores.Blocks!;
        for (var first = 0; first < 3; first++)
        {
            var angles = Enumerable.Range(0, _tiny.Calibration.Samples).Select(sample => ((sample + 1) * _tiny.Calibration.Length) - 1)
                .Select(last => Math.Acos(Cosine(states[first][last], states[first + 2][last])) / Math.PI);
            Assert.Equal(angles.Average(), scores[first], 1e-6);
        }
    }

    [Fact]
    public void Neighbouring_layers_that_change_nothing_are_the_block()
    {
        var source = _tiny.Write(StoredTiny.Llama, weights => Silence(weights, 1, 2));
        foreach (var metric in new[] { "block-influence", "cosine-block", "angular-block" })
        {
            Assert.Equal([1, 2], _tiny.Prune(source, Settings(metric, 2)).Report.DroppedLayers);
        }
    }

    [Fact]
    public void The_loss_without_a_layer_is_that_of_the_model_without_it()
    {
        var source = _tiny.Write(StoredTiny.Llama);
        using var model = StoredTiny.Open(source);
        var texts = CalibrationSet.Read(_tiny.Calibration, model.ReadTokenizer(), null, 128);
        var losses = RemovalLoss.Losses(new PruningInput(model, texts, ComputeDevice.Cpu), [0, 2, 3]);
        Assert.Equal([0, 2, 3], losses.Keys.Order());
        Assert.Equal(Loss(_tiny.Prune(source, Drop(1, 2)).Folder, texts), losses[2], 1e-5);
        Assert.Equal(Loss(_tiny.Prune(source, Drop(0, 1)).Folder, texts), losses[0], 1e-5);
    }

    [Fact]
    public void By_perplexity_the_layers_go_whose_absence_costs_least()
    {
        var source = _tiny.Write(StoredTiny.Llama, weights => Silence(weights, 2));
        var (oneShot, _) = _tiny.Prune(source, Settings("perplexity", 2));
        var scores = oneShot.Outcome.Scores.Layers!;
        Assert.Equal(Ranking.Least(scores, 2), oneShot.DroppedLayers);
        using var model = StoredTiny.Open(source);
        var texts = CalibrationSet.Read(_tiny.Calibration, model.ReadTokenizer(), null, 128);
        Assert.Equal(Loss(source, texts), scores[2], 1e-5);                 // its absence costs nothing

        var (greedy, _) = _tiny.Prune(source, Settings("perplexity-greedy", 2));
        var first = Ranking.Least(scores, 1)[0];
        var second = RemovalLoss.Losses(new PruningInput(model, texts, ComputeDevice.Cpu), Ranking.Complement([first], 4)).MinBy(pair => pair.Value).Key;
        Assert.Equal(new[] { first, second }.Order(), greedy.DroppedLayers);
    }

    [Fact]
    public void Zero_states_have_a_cosine_of_one_half()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([0.5, 1], HiddenSimilarity.Cosines(tensor([0f, 0, 1, 1]).view(1, 2, 2), tensor([1f, 0, 2, 2]).view(1, 2, 2)).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory]
    [InlineData(4, 0, "depth.layers is 4")]
    [InlineData(null, 9, "depth.drop names layer 9")]
    public void The_model_keeps_a_layer_and_has_those_that_are_named(int? layers, int drop, string problem)
    {
        var settings = layers is null ? Drop(drop) : Settings("block-influence", layers.Value);
        var thrown = Assert.Throws<LlmEfficiencyException>(() => _tiny.Prune(_tiny.Write(StoredTiny.Llama), settings));
        Assert.Equal(ErrorKind.Configuration, thrown.Kind);
        Assert.Contains(problem, thrown.Message, StringComparison.Ordinal);
    }

    private static PruningSettings Settings(string metric, int layers) =>
        new() { Method = "depth", Depth = new DepthSettings { Metric = metric, Layers = layers } };

    private static PruningSettings Drop(params int[] layers) =>
        new() { Method = "depth", Depth = new DepthSettings { Metric = LayerMetrics.Manual, Drop = layers } };

    private static void Silence(IReadOnlyDictionary<string, Tensor> weights, params int[] layers)
    {
        foreach (var name in layers.SelectMany(layer => new[] { $"model.layers.{layer}.self_attn.o_proj.weight", $"model.layers.{layer}.mlp.down_proj.weight" }))
        {
            weights[name].zero_();
        }
    }

    private static double Cosine(float[] left, float[] right)
    {
        double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
        return Dot(left, right) / Math.Sqrt(Dot(left, left) * Dot(right, right));
    }

    private static float[] Skipping(string folder, int[] layers)
    {
        using var scope = NewDisposeScope();
        using var stored = StoredTiny.Open(folder);
        using var model = stored.Load(new LoadSettings(ComputeDevice.Cpu, ScalarType.Float32));
        var hidden = model.Embed(StoredTiny.Tokens());
        foreach (var index in layers)
        {
            using var layer = new LayerwiseModel(stored, ComputeDevice.Cpu, ScalarType.Float32).Layer(index);
            hidden = layer.Run(hidden);
        }

        return model.Logits(hidden).data<float>().ToArray();
    }

    private static double Loss(string folder, CalibrationSet texts)
    {
        using var scope = NewDisposeScope();
        using var stored = StoredTiny.Open(folder);
        using var model = stored.Load(new LoadSettings(ComputeDevice.Cpu, ScalarType.Float32));
        using var quiet = no_grad();
        var losses = texts.Sequences.Select(sequence =>
        {
            var tokens = tensor(Array.ConvertAll(sequence, id => (long)id)).view(1, -1);
            var logs = nn.functional.log_softmax(model.call(new ForwardRequest(tokens)), -1);
            return Enumerable.Range(0, sequence.Length - 1).Sum(at => -logs[0, at, sequence[at + 1]].item<float>());
        });
        return losses.Sum() / (texts.Sequences.Count * (texts.Length - 1.0));
    }

    // From the whole model's own observer: [layer][token of all sequences][hidden].
    private List<float[][]> HiddenStatesOf(string source, out PruningReport report)
    {
        report = _tiny.Prune(source, Settings("block-influence", 1)).Report;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var stored = StoredTiny.Open(source);
        var texts = CalibrationSet.Read(_tiny.Calibration, stored.ReadTokenizer(), null, 128);
        Assert.Equal(report.Calibration!.Fingerprint, texts.Fingerprint);
        using var model = stored.Load(new LoadSettings(ComputeDevice.Cpu, ScalarType.Float32));
        var watcher = new Watcher();
        foreach (var tokens in texts.Batches())
        {
            _ = model.Hidden(new ForwardRequest(tokens) { Observer = watcher });
        }

        return [.. watcher.Layers.OrderBy(pair => pair.Key).Select(pair => pair.Value.ToArray())];
    }

    private sealed class Watcher : IForwardObserver
    {
        public Dictionary<int, List<float[]>> Layers { get; } = [];

        public void ObserveHidden(int layer, Tensor hidden)
        {
            Layers.TryAdd(layer, []);
            Layers[layer].AddRange(hidden.contiguous().data<float>().ToArray().Chunk((int)hidden.shape[2]));
        }

        public void ObserveAttention(AttentionTrace trace)
        {
        }
    }
}
