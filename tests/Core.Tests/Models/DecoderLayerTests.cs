using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Models;

public sealed class DecoderLayerTests
{
    [Fact]
    public void Layers_and_head_one_by_one_compute_what_the_model_does()
    {
        foreach (var config in new[] { TinyModels.Llama, TinyModels.Qwen, TinyModels.Mistral })
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            using var model = TinyModels.Build(config);
            var weights = model.state_dict();
            var tokens = arange(30).remainder(37).view(2, 15);
            var hidden = model.Embed(tokens);
            for (var index = 0; index < config.LayerCount; index++)
            {
                using var layer = new DecoderLayer(config, index, ComputeDevice.Cpu, ScalarType.Float32, Copy);
                Assert.All(layer.Parameters, pair => Assert.True(pair.Value.equal(weights[pair.Key]).all().item<bool>()));
                hidden = layer.Run(hidden);
            }

            Assert.True(hidden.equal(model.Hidden(new ForwardRequest(tokens))).all().item<bool>());
            using var head = new DecoderHead(config, Copy);
            var logs = nn.functional.log_softmax(model.Logits(hidden).narrow(1, 0, 14).to(ScalarType.Float64), -1);
            var expected = -logs.gather(-1, tokens.narrow(1, 1, 14).unsqueeze(-1)).sum().item<double>();
            Assert.Equal(expected, head.Loss(hidden, tokens), 1e-4);

            Tensor Copy(string name, long[] shape) =>
                weights[name == "lm_head.weight" && config.TiesEmbeddings ? "model.embed_tokens.weight" : name].detach().clone();
        }
    }

    [Fact]
    public void An_observer_sees_each_place_of_a_layer_and_what_is_computed_of_it()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = TinyModels.Build(TinyModels.Llama);
        var weights = model.state_dict();
        var recorder = new Recorder();
        var result = model.Hidden(new ForwardRequest(arange(10).view(2, 5)) { Observer = recorder });
        Assert.Equal(2 * Enum.GetValues<LayerSite>().Length, recorder.Seen.Count);
        foreach (var layer in new[] { 0, 1 })
        {
            Tensor At(LayerSite site) => recorder.Seen[(layer, site)];
            Tensor Weight(string name) => weights[$"model.layers.{layer}.{name}.weight"];
            var attended = At(LayerSite.AttentionResidual).add(nn.functional.linear(At(LayerSite.OutputInput), Weight("self_attn.o_proj")));
            Assert.True(attended.allclose(At(LayerSite.FeedForwardResidual), atol: 1e-5));
            var input = At(LayerSite.FeedForwardInput);
            var gated = nn.functional.silu(nn.functional.linear(input, Weight("mlp.gate_proj"))).mul(nn.functional.linear(input, Weight("mlp.up_proj")));
            Assert.True(gated.allclose(At(LayerSite.DownInput), atol: 1e-5));
            var next = layer == 0 ? recorder.Seen[(1, LayerSite.AttentionResidual)] : result;
            Assert.True(attended.add(nn.functional.linear(gated, Weight("mlp.down_proj"))).allclose(next, atol: 1e-4));
        }
    }

    [Fact]
    public void A_layer_leaves_its_result_alone()
    {
        using var model = TinyModels.Build(TinyModels.Llama);
        using var layer = new DecoderLayer(
            TinyModels.Llama, 0, ComputeDevice.Cpu, ScalarType.Float32, (name, _) => model.state_dict()[name].detach().clone());
        using var hidden = ones(1, 4, 24);
        Tensor? result = null;
        LiveTensors.AssertLeft(1, () => result = layer.Run(hidden));
        result!.Dispose();
    }

    private sealed class Recorder : IForwardObserver
    {
        public Dictionary<(int Layer, LayerSite Site), Tensor> Seen { get; } = [];

        public void ObserveHidden(int layer, Tensor hidden)
        {
        }

        public void ObserveAttention(AttentionTrace trace)
        {
        }

        public void ObserveActivation(int layer, LayerSite site, Tensor activation) =>
            Seen.Add((layer, site), activation.clone().DetachFromDisposeScope());
    }
}
