using LlmEfficiency.Core.Models;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Models;

public sealed class ForwardObserverTests
{
    [Fact]
    public void Sees_every_layer_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = TinyModels.Build(TinyModels.Llama);
        var tokens = arange(10).view(2, 5);
        var recorder = new Recorder();
        var plain = model.call(new ForwardRequest(tokens));
        var observed = model.call(new ForwardRequest(tokens) { Observer = recorder });
        Assert.True(observed.equal(plain).all().item<bool>());
        Assert.Equal([0, 1, 2], recorder.Hidden.Select(h => h.Layer));
        Assert.True(recorder.Hidden[0].State.equal(model.Embed(tokens)).all().item<bool>());
        Assert.True(model.Logits(recorder.Hidden[2].State).allclose(plain));
        Assert.Equal([0, 1], recorder.Probabilities.Select(p => p.Layer));
        foreach (var (_, probabilities) in recorder.Probabilities)
        {
            Assert.Equal([2L, 4L, 5L, 5L], probabilities.shape);
            Assert.True(probabilities.sum(-1).allclose(ones(2, 4, 5)));
        }
    }

    private sealed class Recorder : IForwardObserver
    {
        public List<(int Layer, Tensor State)> Hidden { get; } = [];

        public List<(int Layer, Tensor State)> Probabilities { get; } = [];

        public void ObserveHidden(int layer, Tensor hidden) =>
            Hidden.Add((layer, hidden.alias().DetachFromDisposeScope()));

        public void ObserveAttention(AttentionTrace trace) =>
            Probabilities.Add((trace.Layer, trace.Probabilities().DetachFromDisposeScope()));
    }
}
