using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Training;

/// <summary>The passes of one thread over a model under training, for its device and type.</summary>
internal static class TrainingPasses
{
    /// <summary>Makes the passes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="capacity">The most tokens of a shard.</param>
    /// <param name="recomputes">Whether activations are computed again backward instead of kept.</param>
    /// <param name="temperature">What logits are divided by.</param>
    public static IGradientWorker<PackedShard> Make(TrainingModel model, int capacity, bool recomputes, double temperature) =>
        model.Head is { } head
            ? new AutogradDraftHead(head.Config, head.Target, model.State.Layout, (name, _) => model.PassView(name), head.Objective)
            : model.Remote is { } remote
            ? new AutogradTransformer(model.Config, model.Device, remote, recomputes, temperature, model.Teacher?.Remote())
            : model.Half is { } half
            ? new FusedTransformer<ushort, Bf16>(model.Config, half, capacity, recomputes, temperature, model.Teacher?.InHalf(capacity))
            : new FusedTransformer<float, Fp32>(
                model.Config, model.State.Weights, capacity, recomputes, temperature, model.Teacher?.InSingle(capacity));
}
