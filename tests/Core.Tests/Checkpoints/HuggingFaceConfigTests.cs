using System.Text;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Checkpoints;

public sealed class HuggingFaceConfigTests
{
    private const string Sizes =
        "\"vocab_size\":100,\"hidden_size\":32,\"intermediate_size\":48,\"num_hidden_layers\":2,\"num_attention_heads\":4";

    [Theory]
    [InlineData("\"model_type\":\"llama\",\"attention_bias\":true,\"mlp_bias\":true,\"tie_word_embeddings\":true")]
    [InlineData("\"model_type\":\"llama\",\"bos_token_id\":null,\"eos_token_id\":null,\"head_dim\":10,\"torch_dtype\":\"float16\"")]
    [InlineData("\"model_type\":\"mistral\",\"num_key_value_heads\":2,\"sliding_window\":null,\"pad_token_id\":5")]
    [InlineData("\"model_type\":\"mistral\",\"num_key_value_heads\":2,\"eos_token_id\":[3,4]")]
    [InlineData("\"model_type\":\"qwen2\",\"num_key_value_heads\":4,\"use_sliding_window\":true,\"max_window_layers\":0")]
    public void Written_and_read_again_it_is_the_same(string fields)
    {
        var config = Read($$"""{{{Sizes}},{{fields}}}""");
        var again = Read(config.ToJson());
        Assert.Equal(config.Transformer.EndOfSequence, again.Transformer.EndOfSequence);
        Assert.Equal(
            config with { Transformer = config.Transformer with { EndOfSequence = [] } },
            again with { Transformer = again.Transformer with { EndOfSequence = [] } });
    }

    [Fact]
    public void Reads_a_real_file()
    {
        var config = HuggingFaceConfig.Open(SharedData.Require("weights/tinystories-656k/config.json"));
        var model = config.Transformer;
        Assert.Equal((2048, 128, 384, 2, 8, 4, 16, 512),
            (model.VocabularySize, model.HiddenSize, model.InnerSize, model.LayerCount, model.HeadCount, model.KeyValueHeadCount, model.HeadDim, model.ContextLength));
        Assert.True(model.TiesEmbeddings);
        Assert.Equal(ScalarType.Float32, config.ElementType);
        Assert.Equal([2], model.EndOfSequence);
    }

    [Theory]
    [InlineData("\"rope_theta\":5e5,\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,\"original_max_position_embeddings\":8192}")]
    [InlineData("\"rope_parameters\":{\"rope_theta\":500000,\"type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4,\"original_max_position_embeddings\":8192}")]
    public void Reads_the_scaling_of_Llama_3_in_both_spellings(string rope)
    {
        var model = Read($$"""{{{Sizes}},"model_type":"llama",{{rope}}}""").Transformer;
        Assert.Equal(new RopeScaling.Llama3(8, 1, 4, 8192), model.RopeScaling);
        Assert.Equal(500000, model.RopeTheta);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mistral")]
    [InlineData("qwen2")]
    public void Key_value_heads_that_are_null_are_as_many_as_heads(string family) =>
        Assert.Equal(4, Read($$"""{{{Sizes}},"model_type":"{{family}}","num_key_value_heads":null}""").Transformer.KeyValueHeadCount);

    [Fact]
    public void Reads_the_linear_scaling_of_Vicuna()
    {
        var model = Read($$"""{{{Sizes}},"model_type":"llama","rope_scaling":{"type":"linear","factor":4.0} }""").Transformer;
        Assert.Equal(new RopeScaling.Linear(4), model.RopeScaling);
    }

    [Fact]
    public void Fills_in_what_each_family_takes_for_granted()
    {
        var llama = Read($$"""{{{Sizes}},"architectures":["LlamaForCausalLM"]}""").Transformer;
        var mistral = Read($$"""{{{Sizes}},"model_type":"mistral","num_key_value_heads":4}""").Transformer;
        var qwen = Read($$"""{{{Sizes}},"model_type":"qwen2","num_key_value_heads":4}""").Transformer;
        Assert.Equal((4, 2048, false, null), (llama.KeyValueHeadCount, llama.ContextLength, llama.TiesEmbeddings, llama.SlidingWindow));
        Assert.Equal(4096, mistral.SlidingWindow);
        Assert.Equal((true, false, null), (qwen.HasQueryKeyValueBias, qwen.HasOutputBias, qwen.SlidingWindow));
    }

    [Theory]
    [InlineData("\"model_type\":\"gpt2\"", "model_type is \"gpt2\"")]
    [InlineData("\"model_type\":\"llama\",\"hidden_act\":\"gelu\"", "hidden_act is \"gelu\"")]
    [InlineData("\"model_type\":\"llama\",\"architectures\":[\"LlamaForSequenceClassification\"]", "architectures")]
    [InlineData("\"model_type\":\"llama\",\"rope_scaling\":{\"type\":\"yarn\",\"factor\":2}", "rope_scaling.type is \"yarn\": it must be default, linear or llama3")]
    [InlineData("\"model_type\":\"llama\",\"num_key_value_heads\":3", "num_key_value_heads is 3")]
    [InlineData("\"model_type\":\"llama\",\"head_dim\":-2", "head_dim is -2")]
    [InlineData("\"model_type\":\"llama\",\"head_dim\":7", "head_dim is 7")]
    [InlineData("\"model_type\":\"llama\",\"rms_norm_eps\":1e999", "rms_norm_eps is 1e999")]
    [InlineData("\"model_type\":\"llama\",\"eos_token_id\":100", "eos_token_id is 100")]
    [InlineData("\"model_type\":\"llama\",\"quantization_config\":{\"bits\":4}", "quantization_config")]
    [InlineData("\"model_type\":\"qwen2\",\"num_key_value_heads\":4,\"use_sliding_window\":true,\"max_window_layers\":1", "max_window_layers is 1")]
    public void Refuses_what_it_cannot_run_by_field_and_value(string fields, string reason)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => Read($$"""{{{Sizes}},{{fields}}}"""));
        Assert.StartsWith("config.json: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_sizes_that_are_absurd_together()
    {
        var text = """
            {"model_type":"llama","vocab_size":1000,"hidden_size":1048576,"intermediate_size":1048576,"num_hidden_layers":4096,"num_attention_heads":4096}
            """;
        Assert.Contains("parameters", Assert.Throws<LlmEfficiencyException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"vocab_size":NaN}""")]
    [InlineData("""{"vocab_size":1,"vocab_size":2}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void Refuses_what_is_no_JSON_object(string text) => Assert.Throws<MalformedFileException>(() => Read(text));

    [Fact]
    public void Does_not_write_a_model_as_a_family_that_cannot_be_it()
    {
        var config = Read($$"""{{{Sizes}},"model_type":"llama"}""");
        var biased = config with { Transformer = config.Transformer with { HasQueryKeyValueBias = true } };
        Assert.Equal(ErrorKind.Configuration, Assert.Throws<LlmEfficiencyException>(biased.ToJson).Kind);
    }

    private static HuggingFaceConfig Read(string text)
    {
        using var file = MappedFile.FromBytes("config.json", Encoding.UTF8.GetBytes(text));
        return HuggingFaceConfig.Read(file);
    }
}
