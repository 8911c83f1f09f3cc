using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Checkpoints;

public sealed class CheckpointFolderTests
{
    private static readonly TransformerConfig Tiny = new()
    {
        VocabularySize = 10,
        HiddenSize = 4,
        InnerSize = 6,
        LayerCount = 2,
        HeadCount = 2,
        KeyValueHeadCount = 1,
        HeadDim = 2,
        ContextLength = 16,
    };

    [Theory]
    [InlineData(true, 100)]
    [InlineData(false, 100)]
    [InlineData(true, long.MaxValue)]
    public void Loads_what_it_wrote(bool ties, long maxShardBytes)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var config = Tiny with { TiesEmbeddings = ties };
        var model = Random(config, seed: 1);
        CheckpointFolder.Write(
            folder.FullPath, new HuggingFaceConfig { Transformer = config }, model, new GenerationDefaults { TopK = 3 }, maxShardBytes);
        var loaded = Random(config, seed: 2);
        var reports = new Reports();
        using (var source = new CanonicalWeights(CheckpointFolder.OpenWeights(folder.FullPath), config))
        {
            WeightLoader.Check(source, config);
            WeightLoader.Load(source, loaded, config, reports);
        }

        Assert.All(model, pair => Assert.Equal(pair.Value.bytes.ToArray(), loaded[pair.Key].bytes.ToArray()));
        Assert.Equal(model.Count, reports.Seen.Count);
        Assert.Equal(reports.Seen[^1].TotalBytes, reports.Seen[^1].DoneBytes);
        Assert.Equal(3, CheckpointFolder.ReadGenerationDefaults(folder.FullPath).TopK);
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.FullPath), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lm_head.weight")]
    [InlineData("model.embed_tokens.weight")]
    [InlineData("embed_tokens.weight")]
    public void Finds_a_tied_matrix_under_both_names_whichever_is_stored(string stored)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { [stored] = full(2, 7f) });
        using var source = new CanonicalWeights(SafetensorsFile.Open(folder.File("a")), Tiny with { TiesEmbeddings = true });
        Assert.Equal(7f, source.Read(TransformerShapes.Head)[1].item<float>());
        Assert.Equal(7f, source.Read(TransformerShapes.Embedding)[1].item<float>());
    }

    [Fact]
    public void Loads_the_real_tied_model_and_converts_its_elements()
    {
        var folder = SharedData.Require("weights/tinystories-656k");
        using var scope = NewDisposeScope();
        var config = HuggingFaceConfig.Open(Path.Join(folder, HuggingFaceConfig.FileName)).Transformer;
        var targets = TransformerShapes.Of(config).ToDictionary(pair => pair.Key, pair => zeros([.. pair.Value], ScalarType.BFloat16));
        using var source = new CanonicalWeights(CheckpointFolder.OpenWeights(folder), config);
        WeightLoader.Load(source, targets, config);
        Assert.All(targets, pair => Assert.Equal(source.Read(pair.Key).to_type(ScalarType.BFloat16).bytes.ToArray(), pair.Value.bytes.ToArray()));
    }

    [Fact]
    public void Names_all_that_does_not_fit_and_writes_nothing()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["b"] = ones(2), ["c"] = ones(3), ["d"] = ones(1) });
        using var source = SafetensorsFile.Open(folder.File("a"));
        var targets = new Dictionary<string, Tensor> { ["a"] = zeros(1), ["b"] = zeros(3), ["d"] = zeros(1) };
        var message = Assert.Throws<LlmEfficiencyException>(() => WeightLoader.Load(source, targets, Tiny)).Message;
        Assert.Contains("1 missing: a; 1 unexpected: c; 1 of another shape: b [2] instead of [3]", message, StringComparison.Ordinal);
        Assert.Equal(0f, targets["d"].item<float>());
    }

    [Fact]
    public void A_smaller_model_leaves_nothing_of_a_larger_one_behind()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var config = new HuggingFaceConfig { Transformer = Tiny };
        CheckpointFolder.Write(folder.FullPath, config, Random(Tiny, 1), maxShardBytes: 50);
        CheckpointFolder.Write(folder.FullPath, config, Random(Tiny, 2));
        Assert.Equal(["config.json", "model.safetensors"], Directory.EnumerateFiles(folder.FullPath).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_write_that_fails_leaves_no_config_behind()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var config = new HuggingFaceConfig { Transformer = Tiny };
        CheckpointFolder.Write(folder.FullPath, config, Random(Tiny, 1));
        File.Delete(folder.File("model.safetensors"));
        Directory.CreateDirectory(folder.File("model.safetensors")); // stands in the way of the rename
        var problem = Assert.Throws<LlmEfficiencyException>(() => CheckpointFolder.Write(folder.FullPath, config, Random(Tiny, 2)));
        Assert.Equal(ErrorKind.Disk, problem.Kind);
        Assert.False(File.Exists(folder.File("config.json")));
    }

    private static Dictionary<string, Tensor> Random(TransformerConfig config, int seed)
    {
        var generator = new Generator((ulong)seed);
        return TransformerShapes.Of(config).ToDictionary(pair => pair.Key, pair => rand([.. pair.Value], generator: generator));
    }

    private sealed class Reports : IProgress<LoadProgress>
    {
        public List<LoadProgress> Seen { get; } = [];

        public void Report(LoadProgress value) => Seen.Add(value);
    }
}
