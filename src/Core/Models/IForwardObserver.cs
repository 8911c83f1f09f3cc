using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>Looks into a forward pass: pruning, drafting from features, scoring of cached keys.</summary>
public interface IForwardObserver
{
    /// <summary>Sees the residual stream before a layer.</summary>
    /// <param name="layer">The layer about to run; the number of layers for what the last one left, before the final norm.</param>
    /// <param name="hidden">Hidden states, <c>[batch, seq, hidden]</c>; an observer that keeps them takes an alias.</param>
    void ObserveHidden(int layer, Tensor hidden);

    /// <summary>Sees what an attention layer works on, once per run of rows.</summary>
    /// <param name="trace">Queries, keys, values; an observer that keeps one takes an alias.</param>
    void ObserveAttention(AttentionTrace trace);

    /// <summary>Sees an activation within a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="site">The place.</param>
    /// <param name="activation">What is there; an observer that keeps it takes a copy, since it may be overwritten.</param>
    void ObserveActivation(int layer, LayerSite site, Tensor activation)
    {
    }
}
