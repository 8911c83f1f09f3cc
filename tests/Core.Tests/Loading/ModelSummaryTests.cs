using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Loading;

public sealed class ModelSummaryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tied_matrix_counts_once(bool ties)
    {
        using var folder = new TemporaryFolder();
        var config = TinyModels.Llama with { TiesEmbeddings = ties };
        using (var model = TinyModels.Build(config))
        {
            CheckpointFolder.Write(folder.FullPath, new HuggingFaceConfig { Transformer = config, ElementType = ScalarType.Float32 }, model.state_dict());
        }

        using var stored = StoredModel.Open(ModelLocation.Find(folder.FullPath));
        var summary = ModelSummary.Of(stored);
        Assert.Equal(4 * config.ParameterCount, summary.StoredBytes["F32"]);
        Assert.Equal(2 * 2 * config.LayerCount * config.KeyValueHeadCount * config.HeadDim, summary.CacheBytesPerToken);
        Assert.Null(summary.TokenizerSize);
        var check = ModelCheck.Run(stored);
        Assert.Equal(4 * config.ParameterCount, check.Bytes);
        Assert.Equal(stored.Weights.Entries.Count - (ties ? 1 : 0), check.Tensors);
        Assert.Contains("no tokenizer", Assert.Single(check.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_with_more_ids_than_the_model_is_a_problem()
    {
        using var folder = new TemporaryFolder();
        using (var model = TinyModels.Build(TinyModels.Llama))
        {
            CheckpointFolder.Write(
                folder.FullPath, new HuggingFaceConfig { Transformer = TinyModels.Llama, ElementType = ScalarType.Float32 }, model.state_dict());
        }

        TokenizerJsonWriter.Write(folder.FullPath, RandomModel.Vocabulary.ToTokenizer());
        using var stored = StoredModel.Open(ModelLocation.Find(folder.FullPath));
        Assert.Equal(RandomModel.Vocabulary.Size, ModelSummary.Of(stored).TokenizerSize);
        Assert.Contains("the tokenizer has 257 ids, the model only 37", Assert.Single(ModelCheck.Run(stored).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_empty_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("mine"), "text");
        var problem = Assert.Throws<LlmEfficiencyException>(
            () => ModelConversion.WriteRandom(RandomModel.DefaultPreset, folder.FullPath, 0, ScalarType.Float32));
        Assert.Equal(ErrorKind.Input, problem.Kind);
        Assert.Equal([folder.File("mine")], Directory.EnumerateFileSystemEntries(folder.FullPath));
    }
}
