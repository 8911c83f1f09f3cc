using CsCheck;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tensors;
using LlmEfficiency.Testing;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Models;

public sealed class TransformerTests
{
    public static readonly TheoryData<string> Families = ["llama", "qwen2", "mistral"];

    private static readonly Gen<(TransformerConfig Config, ulong Seed, int[] Tokens, int[] Positions)> Cases =
        from config in TinyModels.Configs
        from seed in Gen.ULong[1, 1000]
        from tokens in Gen.Int[0, 36].Array[1, 9]
        from positions in Gen.Int[0, 90].Array[tokens.Length]
        select (config, seed, tokens, positions);

    [Fact]
    public void Equals_the_plain_loops_in_double_precision() =>
        Cases.Sample(
            c =>
            {
                using var model = TinyModels.Build(c.Config, c.Seed);
                var expected = PlainTransformer.Of(model).Logits(c.Tokens, c.Positions);
                AssertClose(expected, Run(model, c.Tokens, c.Positions), 1e-4);
            },
            iter: 60, threads: 1);

    [Theory]
    [MemberData(nameof(Families))]
    public void Equals_the_plain_loops_for_each_family(string family)
    {
        using var model = TinyModels.Build(Family(family));
        int[] tokens = [.. Enumerable.Range(0, 15).Select(i => i * 7 % 37)];
        AssertClose(PlainTransformer.Of(model).Logits(tokens), Run(model, tokens), 1e-4);
    }

    [Fact]
    public void An_arbitrary_mask_says_what_a_token_sees() =>
        Cases.Sample(
            c =>
            {
                using var scope = NewDisposeScope();
                using var model = TinyModels.Build(c.Config with { SlidingWindow = null }, c.Seed);
                bool Sees(int query, int key) => query == key || ((query * 5) + (key * 3) + (int)c.Seed) % 3 == 0;
                var expected = PlainTransformer.Of(model).Logits(c.Tokens, c.Positions, Sees);
                var mask = AttentionMasks.FromRelation(c.Tokens.Length, c.Tokens.Length, Sees, CPU);
                AssertClose(expected, Run(model, c.Tokens, c.Positions, Visibility.Of(mask)), 1e-4);
            },
            iter: 40, threads: 1);

    [Fact]
    public void Chosen_tokens_get_the_logits_they_have_among_all()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Build(TinyModels.Qwen);
        var tokens = arange(12).view(2, 6);
        var all = model.call(new ForwardRequest(tokens)).view(12, -1);
        var some = model.call(new ForwardRequest(tokens) { LogitTokens = tensor([11L, 2L]) });
        Assert.True(some.allclose(all.index_select(0, tensor([11L, 2L])), 1e-5, 1e-5));
        var none = model.call(new ForwardRequest(tokens) { LogitTokens = empty(0, dtype: ScalarType.Int64) });
        Assert.Equal([0L, 37L], none.shape);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Gradients_equal_finite_differences_of_the_plain_loops(string family)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Build(Family(family) with { VocabularySize = 11, HiddenSize = 8, InnerSize = 10, HeadDim = 4 });
        int[] tokens = [3, 1, 4, 1, 5, 9, 2, 6];
        var logits = model.call(new ForwardRequest(tensor(tokens.Select(t => (long)t).ToArray()).view(1, -1)));
        var coefficients = arange(logits.numel()).mul(0.7).sin().to(ScalarType.Float32).view(logits.shape);
        logits.mul(coefficients).sum().backward();
        var factors = coefficients.data<float>().ToArray();
        var weights = Weights(model);
        foreach (var (name, parameter) in model.named_parameters())
        {
            var gradient = parameter.grad!.data<float>().ToArray();
            foreach (var index in new[] { 0, gradient.Length / 3, gradient.Length - 1 })
            {
                Assert.Equal(Slope(model.Config, weights, name, index, tokens, factors), gradient[index], 2e-3);
            }
        }
    }

    [Fact]
    public void Bfloat16_is_close_to_single_precision()
    {
        using var scope = NewDisposeScope();
        using var half = TinyModels.Build(TinyModels.Llama, type: ScalarType.BFloat16);
        using var single = TinyModels.Build(TinyModels.Llama);
        using (no_grad())
        {
            foreach (var (name, parameter) in half.named_parameters())
            {
                single.get_parameter(name)!.copy_(parameter);
            }
        }

        var tokens = arange(20).view(1, 20);
        var expected = single.call(new ForwardRequest(tokens));
        var found = half.call(new ForwardRequest(tokens));
        Assert.Equal(ScalarType.BFloat16, found.dtype);
        Assert.True(found.sub(expected).abs().mean().item<float>() < 0.03f * expected.abs().mean().item<float>());
    }

    [Fact]
    public void Parameters_carry_the_names_of_the_checkpoint_format()
    {
        using var model = TinyModels.Build(TinyModels.Qwen with { LayerCount = 1 });
        string[] expected =
        [
            "lm_head.weight",
            "model.embed_tokens.weight",
            "model.layers.0.input_layernorm.weight",
            "model.layers.0.mlp.down_proj.weight",
            "model.layers.0.mlp.gate_proj.weight",
            "model.layers.0.mlp.up_proj.weight",
            "model.layers.0.post_attention_layernorm.weight",
            "model.layers.0.self_attn.k_proj.bias",
            "model.layers.0.self_attn.k_proj.weight",
            "model.layers.0.self_attn.o_proj.weight",
            "model.layers.0.self_attn.q_proj.bias",
            "model.layers.0.self_attn.q_proj.weight",
            "model.layers.0.self_attn.v_proj.bias",
            "model.layers.0.self_attn.v_proj.weight",
            "model.norm.weight",
        ];
        Assert.Equal(expected, model.state_dict().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Memory_can_come_from_a_checkpoint_under_the_same_names()
    {
        using var model = TinyModels.Build(TinyModels.Qwen);
        var asked = new List<string>();
        using var twin = new Transformer(TinyModels.Qwen, ComputeDevice.Cpu, ScalarType.Float32, (name, _) =>
        {
            asked.Add(name);
            return model.state_dict()[name].detach();
        });
        Assert.Equal(model.state_dict().Keys.Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
        int[] tokens = [1, 2, 3];
        Assert.Equal(Run(model, tokens), Run(twin, tokens));
    }

    [Fact]
    public void Memory_of_another_shape_is_refused() =>
        Assert.Contains(
            "model.embed_tokens.weight is [2, 2], the model needs [37, 24]",
            Assert.Throws<ArgumentException>(() => new Transformer(
                TinyModels.Llama, ComputeDevice.Cpu, ScalarType.Float32, (_, _) => zeros(2, 2))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Can_be_converted_to_another_type()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Build(TinyModels.Qwen);
        model.to(ScalarType.BFloat16);
        Assert.Equal(ScalarType.BFloat16, model.call(new ForwardRequest(ones(1, 3, dtype: ScalarType.Int64))).dtype);
    }

    [Fact]
    public void An_initialised_model_depends_on_its_seed_alone()
    {
        int[] tokens = [1, 2, 3];
        using var first = TinyModels.Build(TinyModels.Llama, seed: 5);
        using var second = TinyModels.Build(TinyModels.Llama, seed: 5);
        using var third = TinyModels.Build(TinyModels.Llama, seed: 6);
        Assert.Equal(Run(first, tokens), Run(second, tokens));
        Assert.NotEqual(Run(first, tokens), Run(third, tokens));
    }

    [Fact]
    public void A_forward_pass_leaves_one_tensor_alive()
    {
        using var model = TinyModels.Build(TinyModels.Mistral);
        using var tokens = ones(1, 9, dtype: ScalarType.Int64);
        using var quiet = no_grad();
        var request = new ForwardRequest(tokens);
        Tensor? result = null;
        foreach (var operation in new Func<Tensor>[]
        {
            () => model.call(request), () => model.Hidden(request), () => model.Embed(tokens),
        })
        {
            LiveTensors.AssertLeft(1, () => result = operation());
            result!.Dispose();
        }

        using var hidden = model.Hidden(request);
        foreach (var operation in new Func<Tensor, Tensor>[] { model.Logits, model.Normalise, model.Score })
        {
            LiveTensors.AssertLeft(1, () => result = operation(hidden));
            result!.Dispose();
        }
    }

    [Fact]
    public void A_disposed_model_leaves_nothing_alive() =>
        LiveTensors.AssertLeft(0, () => new Transformer(TinyModels.Qwen, ComputeDevice.Cpu, ScalarType.Float32).Dispose());

    private static TransformerConfig Family(string name) =>
        new[] { TinyModels.Llama, TinyModels.Qwen, TinyModels.Mistral }.Single(config => config.ModelType == name);

    private static double Slope(
        TransformerConfig config, Dictionary<string, double[]> weights, string name, int index, int[] tokens, float[] factors)
    {
        const double step = 1e-5;
        var original = weights[name][index];
        double Loss(double value)
        {
            weights[name][index] = value;
            return new PlainTransformer(config, weights).Logits(tokens).SelectMany(row => row).Zip(factors, (x, f) => x * f).Sum();
        }

        var slope = (Loss(original + step) - Loss(original - step)) / (2 * step);
        weights[name][index] = original;
        return slope;
    }

    private static Dictionary<string, double[]> Weights(Transformer model) => model.state_dict().ToDictionary(
        p => p.Key, p => p.Value.detach().to(ScalarType.Float64).data<double>().ToArray(), StringComparer.Ordinal);

    private static float[] Run(Transformer model, int[] tokens, int[]? positions = null, Visibility? visibility = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var request = new ForwardRequest(Row(tokens))
        {
            Positions = positions is null ? null : Row(positions),
            Visibility = visibility,
        };
        return model.call(request).data<float>().ToArray();
    }

    private static Tensor Row(int[] values) => tensor(values.Select(v => (long)v).ToArray()).view(1, -1);

    private static void AssertClose(double[][] expected, float[] found, double tolerance)
    {
        var flat = expected.SelectMany(row => row).ToArray();
        Assert.Equal(flat.Length, found.Length);
        var scale = Math.Max(1, flat.Max(Math.Abs));
        for (var i = 0; i < flat.Length; i++)
        {
            Assert.Equal(flat[i], found[i], tolerance * scale);
        }
    }
}
