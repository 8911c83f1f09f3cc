using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>What libtorch's passes learn from a teacher; the plain twin of the fused one, with the same loss.</summary>
/// <param name="teacher">The teacher; its parameters are a view of memory that stays the caller's.</param>
/// <param name="weight">The share of the divergence in the loss, 0 to 1.</param>
/// <param name="temperature">What both models' logits are divided by before they are compared.</param>
public sealed class AutogradDistillation(Transformer teacher, double weight, double temperature) : IDisposable
{
    /// <summary>Builds the teacher over parameters that lie in one flat tensor.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="device">Where the tensor lies.</param>
    /// <param name="weights">The parameters in the order of <see cref="ParameterLayout"/>, <c>[length]</c>; they stay the caller's.</param>
    /// <param name="weight">The share of the divergence in the loss, 0 to 1.</param>
    /// <param name="temperature">What both models' logits are divided by before they are compared.</param>
    public AutogradDistillation(TransformerConfig config, ComputeDevice device, Tensor weights, double weight, double temperature)
        : this(Over(config, device, weights), weight, temperature)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => teacher.Dispose();

    /// <summary>Runs the teacher.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="request">The student's request.</param>
    /// <param name="sources">The tokens whose successors are targets, <c>[targets]</c>.</param>
    /// <returns>Softened log-probabilities, <c>[targets, vocab]</c>, without a derivative.</returns>
    internal Tensor Follow(PackedShard shard, ForwardRequest request, Tensor sources)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var own = request with { Visibility = AutogradTransformer.VisibilityOf(shard, teacher.Config, teacher.Device.Torch) };
        var picked = teacher.Hidden(own).view(-1, teacher.Config.HiddenSize).index_select(0, sources);
        return Soften(teacher.Logits(picked)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the divergence to a loss.</summary>
    /// <param name="logits">The student's logits, <c>[targets, vocab]</c>.</param>
    /// <param name="teacherLogs">What <see cref="Follow"/> returned.</param>
    /// <param name="judged">The objective's loss.</param>
    /// <param name="root">The log-probabilities of the targets, <c>[targets]</c>.</param>
    /// <param name="slopes">The objective's slopes by them, <c>[targets]</c>.</param>
    /// <returns>The loss, with the tensor and the slopes that its derivative starts from.</returns>
    internal (double Loss, Tensor Root, Tensor Slopes) Mix(Tensor logits, Tensor teacherLogs, double judged, Tensor root, Tensor slopes)
    {
        var divergence = teacherLogs.exp().mul(teacherLogs.sub(Soften(logits))).sum(-1).mul(temperature * temperature); // [targets]
        var soft = slopes.neg().mul(weight);
        var loss = ((1 - weight) * judged) + divergence.detach().mul(soft).sum().item<float>();
        return (loss, cat([root, divergence]), cat([slopes.mul(1 - weight), soft]));
    }

    private static Transformer Over(TransformerConfig config, ComputeDevice device, Tensor weights)
    {
        var layout = ParameterLayout.Of(config);
        return new Transformer(config, device, weights.dtype, (name, _) => layout[name].Of(weights));
    }

    private Tensor Soften(Tensor logits) => LogProbabilities.OfVocabulary(logits.to(ScalarType.Float32).div(temperature));
}
