namespace LlmEfficiency.Core.Models;

/// <summary>The places within a layer whose activations can be looked at, in the order of the computation.</summary>
public enum LayerSite
{
    /// <summary>The residual stream that the attention's norm reads, <c>[batch, seq, hidden]</c>.</summary>
    AttentionResidual,

    /// <summary>What the query, key and value projections read, <c>[batch, seq, hidden]</c>.</summary>
    AttentionInput,

    /// <summary>What the attention's output projection reads, <c>[batch, seq, heads · headDim]</c>.</summary>
    OutputInput,

    /// <summary>The residual stream that the feed-forward part's norm reads, <c>[batch, seq, hidden]</c>.</summary>
    FeedForwardResidual,

    /// <summary>What the gate and up projections read, <c>[batch, seq, hidden]</c>.</summary>
    FeedForwardInput,

    /// <summary>What the down projection reads, <c>[batch, seq, inner]</c>.</summary>
    DownInput,
}
