using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>What all layers of one forward pass share.</summary>
internal sealed record ForwardPlan(
    (Tensor Cosines, Tensor Sines) Turns, Visibility Visibility, CacheStep? Step, IForwardObserver? Observer, LayerArithmetic Arithmetic)
{
    /// <summary>Returns what tokens see without a cache: those before them and themselves, within the model's window.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="positions">Positions, <c>[batch, seq]</c>.</param>
    /// <param name="areConsecutive">Whether they are 0, 1, 2 … in each row.</param>
    public static Visibility See(TransformerConfig config, Tensor positions, bool areConsecutive) =>
        config.SlidingWindow is { } window && !(areConsecutive && positions.shape[1] <= window)
            ? Visibility.Of(AttentionMasks.CausalWindow(positions, window))
            : Visibility.Causal;
}
