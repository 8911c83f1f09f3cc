using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.P2Law.Depth;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Sparsity;
using LlmEfficiency.P2Law.Verification;
using LlmEfficiency.P2Law.Width;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests.Pruning;

public sealed class PruningRunTests : IDisposable
{
    private readonly StoredTiny _tiny = new();

    public static TheoryData<string> Methods => [.. Pruners.All.Select(entry => entry.Name)];

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_folder_is_whole_and_every_claim_of_its_report_holds(string method)
    {
        var source = _tiny.Write(StoredTiny.Families["qwen2"]);
        var (report, folder) = _tiny.Prune(source, Settings(method), new PruningHost { MaxShardBytes = 30_000 });
        string[] files = [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!)];
        Assert.Superset(
            new HashSet<string> { "config.json", "generation_config.json", "pruning.json", "tokenizer.json", ShardWriter.IndexFile }, files.ToHashSet());
        Assert.Contains("\"head_dim\": 8", File.ReadAllText(Path.Join(folder, "config.json")), StringComparison.Ordinal);
        Assert.Contains("\"top_k\": 7", File.ReadAllText(Path.Join(folder, "generation_config.json")), StringComparison.Ordinal);
        using (var shard = SafetensorsFile.Open(Directory.EnumerateFiles(folder, "model-*.safetensors").First()))
        {
            Assert.Equal("pt", shard.Metadata["format"]);
        }

        Assert.Equal(report.ToJson(), PruningReport.Read(folder)!.ToJson());
        var check = ModelVerification.Run(folder, source, new PruningHost());
        Assert.Empty(check.Problems);
        Assert.True(check.Proved.Count >= 6);
        Assert.Empty(ModelVerification.Run(folder, null, new PruningHost()).Problems);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(folder)!, "*.tmp"));
    }

    [Fact]
    public void The_report_of_every_family_is_read_again()
    {
        foreach (var config in StoredTiny.Families.Values)
        {
            var source = _tiny.Write(config);
            var (report, folder) = _tiny.Prune(source, Settings("depth"));
            var read = PruningReport.Read(folder)!;
            Assert.Equal((report.Before.RopeScaling, report.ToJson()), (read.Before.RopeScaling, read.ToJson()));
            Assert.Empty(ModelVerification.Run(folder, source, new PruningHost()).Problems);
        }
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "version is 2")]
    [InlineData("\"outcome\": {", "\"outcome\": null, \"x\": {", "outcome")]
    [InlineData("\"layers\": [", "\"layers\": [ 7,", "units that the source has not")]
    public void A_report_whose_parts_do_not_fit_is_refused(string good, string bad, string problem)
    {
        var (_, folder) = _tiny.Prune(_tiny.Write(StoredTiny.Llama), Settings("depth"));
        var path = Path.Join(folder, PruningReport.FileName);
        var text = File.ReadAllText(path);
        var at = text.LastIndexOf(good, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + bad + text[(at + good.Length)..]);
        var thrown = Assert.Throws<LlmEfficiencyException>(() => PruningReport.Read(folder));
        Assert.Equal(ErrorKind.Input, thrown.Kind);
        Assert.Contains(problem, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tied_matrices_stay_tied()
    {
        foreach (var method in Pruners.All)
        {
            var (_, folder) = _tiny.Prune(_tiny.Write(StoredTiny.Llama), Settings(method.Name));
            using var file = SafetensorsFile.Open(Path.Join(folder, ShardWriter.SingleFile));
            Assert.DoesNotContain("lm_head.weight", file.Entries.Keys);
            Assert.Contains("\"tie_word_embeddings\": true", File.ReadAllText(Path.Join(folder, "config.json")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_same_settings_make_the_same_bytes_and_another_seed_other_texts()
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var (first, left) = _tiny.Prune(source, Settings("width"));
        var (_, right) = _tiny.Prune(source, Settings("width"));
        Assert.Equal(File.ReadAllBytes(Path.Join(left, "model.safetensors")), File.ReadAllBytes(Path.Join(right, "model.safetensors")));
        var (other, _) = _tiny.Prune(source, Settings("width") with { Calibration = _tiny.Calibration with { Seed = 1 } });
        Assert.NotEqual(first.Calibration!.Fingerprint, other.Calibration!.Fingerprint);
    }

    [Fact]
    public void Verification_finds_a_weight_that_is_not_zero_any_more()
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var (_, folder) = _tiny.Prune(source, Settings("sparse"));
        var path = Path.Join(folder, ShardWriter.SingleFile);
        var tensors = new Dictionary<string, Tensor>();
        using (var file = SafetensorsFile.Open(path))
        {
            foreach (var name in file.Entries.Keys)
            {
                using var read = file.Read(name);
                tensors[name] = read.clone();
            }
        }

        tensors["model.layers.2.mlp.down_proj.weight"].masked_fill_(tensors["model.layers.2.mlp.down_proj.weight"].eq(0), 1e-3);
        SafetensorsWriter.Write(path, tensors);
        var problems = ModelVerification.Run(folder, source, new PruningHost()).Problems;
        foreach (var claim in new[] { "as counted", "pattern 2:4", "mask hash", "bit by bit" })
        {
            Assert.Contains(problems, problem => problem.Contains(claim, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Verification_finds_dropped_layers_that_are_not_those_that_went()
    {
        var (report, folder) = _tiny.Prune(_tiny.Write(StoredTiny.Llama), Settings("depth"));
        var wrong = report with { DroppedLayers = [.. report.DroppedLayers.Select(layer => (layer + 1) % 4)] };
        File.WriteAllText(Path.Join(folder, PruningReport.FileName), wrong.ToJson());
        var problem = Assert.Single(ModelVerification.Run(folder, null, new PruningHost()).Problems);
        Assert.Contains("named as dropped", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Verification_against_another_model_finds_that_nothing_is_its()
    {
        var (_, folder) = _tiny.Prune(_tiny.Write(StoredTiny.Llama), Settings("depth"));
        var other = _tiny.Write(StoredTiny.Llama, weights => weights["model.norm.weight"].add_(1));
        var problem = Assert.Single(ModelVerification.Run(folder, other, new PruningHost()).Problems);
        Assert.Contains("model.norm.weight", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_something_in_it_is_refused_and_a_stop_leaves_nothing()
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var target = _tiny.Path("target");
        using var stop = new CancellationTokenSource();
        var host = new PruningHost { Cancellation = stop.Token, Progress = new Stopper(stop) };
        Assert.ThrowsAny<OperationCanceledException>(() => PruningRun.Run(Settings("sparse") with { Calibration = _tiny.Calibration }, source, target, host));
        Assert.False(Directory.Exists(target));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(target)!, "*.tmp"));
        var problem = Assert.Throws<LlmEfficiencyException>(() => PruningRun.Run(Settings("depth"), source, source));
        Assert.Contains("not empty", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"method\":\"melt\"}", "method is melt")]
    [InlineData("{\"rate\":1.5}", "rate is 1.5")]
    [InlineData("{\"depth\":{\"metric\":\"x\"}}", "depth.metric is x")]
    [InlineData("{\"sparse\":{\"criterion\":\"x\"}}", "sparse.criterion is x")]
    [InlineData("{\"sparse\":{\"block_size\":0}}", "sparse.block_size is 0")]
    [InlineData("{\"depth\":{\"drop\":[1]}}", "depth.drop is 1")]
    [InlineData("{\"calibration\":{\"samples\":0}}", "calibration.samples is 0")]
    public void Settings_that_cannot_work_are_refused_by_name(string json, string problem)
    {
        var settings = SettingsFile.Parse("test", System.Text.Encoding.UTF8.GetBytes(json), [], PruningJson.Default.PruningSettings);
        Assert.Contains(problem, Assert.Throws<LlmEfficiencyException>(settings.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_text_and_none_are_refused()
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var many = Settings("depth") with { Calibration = _tiny.Calibration with { Samples = 1000 } };
        Assert.Contains("1000 are wanted", Assert.Throws<LlmEfficiencyException>(() => PruningRun.Run(many, source, null)).Message, StringComparison.Ordinal);
        foreach (var entry in Pruners.All)
        {
            var thrown = Assert.Throws<LlmEfficiencyException>(() => PruningRun.Run(Settings(entry.Name), source, null));
            Assert.Contains("--data", thrown.Message, StringComparison.Ordinal);
        }
    }

    private static PruningSettings Settings(string method) => new()
    {
        Method = method,
        Depth = new DepthSettings { Layers = 1 },
        Width = new WidthSettings { Hidden = 24, Ffn = 40, Heads = 4 },
        Sparse = new SparseSettings(),
    };

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<PruningProgress>
    {
        public void Report(PruningProgress value)
        {
            if (value.Done == 2)
            {
                stop.Cancel();
            }
        }
    }
}
