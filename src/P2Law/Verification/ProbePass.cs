using LlmEfficiency.Core.Loading;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Pruning;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Verification;

/// <summary>A pass over a few tokens, one layer in memory.</summary>
internal static class ProbePass
{
    private const int Tokens = 16;

    /// <summary>Tells whether a model's loss on the first tokens of its vocabulary is a number.</summary>
    public static bool IsFinite(StoredModel model, PruningHost host)
    {
        using var scope = NewDisposeScope();
        var tokens = Enumerable.Range(0, Math.Min(Tokens, model.Config.ContextLength)).Select(at => at % model.Config.VocabularySize);
        var texts = new CalibrationSet([[.. tokens]], 1);
        var parts = new LayerwiseModel(model, host.Device, ScalarType.Float32);
        var states = HiddenStates.Embed(parts, texts);
        for (var index = 0; index < model.Config.LayerCount; index++)
        {
            using var layer = parts.Layer(index);
            using var before = states;
            states = before.Through(layer, null, host.Cancellation);
        }

        using (states)
        {
            using var head = parts.Head();
            return double.IsFinite(head.Loss(states.Batches[0], texts.Batches()[0].to(host.Device.Torch)));
        }
    }
}
