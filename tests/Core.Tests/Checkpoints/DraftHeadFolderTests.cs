using System.Globalization;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Fuzz.Builders;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Checkpoints;

public sealed class DraftHeadFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_head_that_was_written_has_the_published_names_and_is_read_as_it_was()
    {
        using var scope = NewDisposeScope();
        var config = DraftHeadConfig.For(TinyModels.Qwen);
        var tensors = TinyHeads.Tensors(config);
        DraftHeadFolder.Write(_folder.FullPath, config, tensors, zeros(TinyModels.Qwen.VocabularySize, TinyModels.Qwen.HiddenSize));
        using (var file = SafetensorsFile.Open(_folder.File("model.safetensors")))
        {
            string[] parts = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"];
            Assert.Equal(
                [.. parts.Append("post_attention_layernorm").Select(part => $"layers.0.{part}.weight").Concat(["fc.weight", "fc.bias", "embed_tokens.weight"]).Order(StringComparer.Ordinal)],
                file.Entries.Keys.Order(StringComparer.Ordinal));
        }

        Assert.Contains("\"bias\": true", File.ReadAllText(_folder.File("config.json")), StringComparison.Ordinal);
        using var opened = DraftHeadFolder.Open(_folder.FullPath);
        Assert.Equal(config, WithoutEnds(opened.Config));
        Assert.Equal(tensors.Keys.Order(), opened.Weights.Entries.Keys.Order());
        Assert.All(tensors, pair => Assert.True(pair.Value.equal(opened.Weights.Read(pair.Key)).all().item<bool>()));
    }

    [Fact]
    public void A_published_head_of_half_precision_in_pytorch_model_bin_is_read()
    {
        using var scope = NewDisposeScope();
        var config = DraftHeadConfig.For(TinyModels.Llama);
        TinyHeads.Write(_folder.FullPath, TinyModels.Llama);
        File.Delete(_folder.File("model.safetensors"));
        var halves = TinyHeads.Tensors(config).ToDictionary(pair => pair.Key, pair => pair.Value.to(ScalarType.Float16));
        var stored = halves.ToDictionary(pair => pair.Key.Replace("model.", string.Empty, StringComparison.Ordinal), pair => pair.Value);
        stored["embed_tokens.weight"] = zeros(37, 24, ScalarType.Float16);
        Assert.Contains("layers.0.mlp.gate_proj.weight", stored.Keys);
        var pickle = new PickleBuilder().Op('}').Op('(');
        var storages = new List<(string, byte[])>();
        foreach (var (name, tensor) in stored)
        {
            var key = storages.Count.ToString(CultureInfo.InvariantCulture);
            var elements = (int)tensor.numel();
            pickle.Text(name).Tensor("HalfStorage", key, elements, 0, [.. tensor.shape.Select(size => (int)size)], [.. tensor.stride().Select(step => (int)step)]);
            storages.Add((key, tensor.bytes.ToArray()));
        }

        File.WriteAllBytes(_folder.File("pytorch_model.bin"), ZipBuilder.Archive(pickle.Op('u').Build(), [.. storages]));
        using var opened = DraftHeadFolder.Open(_folder.FullPath);
        Assert.Equal(config, WithoutEnds(opened.Config));
        Assert.Equal(halves.Keys.Order(), opened.Weights.Entries.Keys.Order());
        Assert.All(halves, pair => Assert.True(pair.Value.equal(opened.Weights.Read(pair.Key)).all().item<bool>()));
    }

    [Fact]
    public void A_head_without_a_bias_and_with_biases_of_queries_says_so_by_its_tensors()
    {
        using var scope = NewDisposeScope();
        var layer = DraftHeadConfig.For(TinyModels.Llama).Layer with { HasQueryKeyValueBias = true };
        var config = new DraftHeadConfig(layer, HasFusionBias: false);
        DraftHeadFolder.Write(_folder.FullPath, config with { Layer = layer with { HasQueryKeyValueBias = false } }, TinyHeads.Tensors(config), zeros(37, 24));
        using var opened = DraftHeadFolder.Open(_folder.FullPath);
        Assert.Equal(config, WithoutEnds(opened.Config));
    }

    [Theory]
    [InlineData("fc.weight", "is no draft head of EAGLE or EAGLE-2")]
    [InlineData("model.layers.0.mlp.up_proj.weight", "the weights do not fit the model: 1 missing: model.layers.0.mlp.up_proj.weight")]
    public void A_head_that_lacks_a_tensor_is_refused(string missing, string message)
    {
        using var scope = NewDisposeScope();
        var config = DraftHeadConfig.For(TinyModels.Llama);
        DraftHeadFolder.Write(
            _folder.FullPath, config, TinyHeads.Tensors(config).Where(pair => pair.Key != missing).ToDictionary(), zeros(37, 24));
        var refusal = Assert.Throws<LlmEfficiencyException>(() => DraftHeadFolder.Open(_folder.FullPath));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void A_head_of_another_model_is_refused()
    {
        TinyHeads.Write(_folder.FullPath, TinyModels.Llama);
        using var head = DraftHeadFolder.Open(_folder.FullPath);
        head.RequireTarget(TinyModels.Llama);
        var refusal = Assert.Throws<LlmEfficiencyException>(() => head.RequireTarget(TinyModels.Llama with { HiddenSize = 48 }));
        Assert.Contains("hidden_size 24 and vocab_size 37, this one has 48 and 37", refusal.Message, StringComparison.Ordinal);
    }

    // Lists are equal where they are the same.
    private static DraftHeadConfig WithoutEnds(DraftHeadConfig config)
    {
        Assert.Empty(config.Layer.EndOfSequence);
        return config with { Layer = config.Layer with { EndOfSequence = DraftHeadConfig.For(TinyModels.Llama).Layer.EndOfSequence } };
    }
}
