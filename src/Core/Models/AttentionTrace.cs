using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>What one attention layer worked on; valid only during the observer's call.</summary>
/// <param name="Layer">Which layer.</param>
/// <param name="FirstRow">The row of the batch that the tensors' first row is.</param>
/// <param name="Queries">Rotated queries, <c>[rows, seq, heads, headDim]</c>.</param>
/// <param name="Keys">Rotated keys, cached ones included, <c>[rows, kvHeads, total, headDim]</c>.</param>
/// <param name="Values">Values, cached ones included, <c>[rows, kvHeads, total, headDim]</c>.</param>
/// <param name="Visibility">Which keys each query sees.</param>
public sealed record AttentionTrace(
    int Layer, int FirstRow, Tensor Queries, Tensor Keys, Tensor Values, Visibility Visibility)
{
    /// <summary>Computes the attention probabilities, which the fast path never holds.</summary>
    /// <returns>Probabilities in fp32, <c>[rows, heads, seq, total]</c>; the caller owns them.</returns>
    public Tensor Probabilities() => GroupedQueryAttention.Probabilities(Queries, Keys, Visibility);
}
