using LlmEfficiency.Core.Retention;
using TorchSharp;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>How much the latest queries attend to the keys before them: SnapKV's score, as R-KV and Sparse-RL compute it.</summary>
internal static class WindowAttention
{
    /// <summary>
    /// The largest raw logit of a group's heads, softmax over the candidates alone, mean over the queries, largest of the neighbours.
    /// </summary>
    /// <param name="view">What is cached.</param>
    /// <param name="kernel">How many neighbours are pooled, odd.</param>
    /// <returns>Scores in fp32 that sum to about one before pooling, <c>[rows, kvHeads, candidates]</c>.</returns>
    public static Tensor Importance(RetentionView view, int kernel)
    {
        using var scope = NewDisposeScope();
        var keys = view.Keys.narrow(2, 0, view.Candidates);
        var logits = GroupLogits(view.Queries!, keys).amax([2]);                    // [rows, kvHeads, window, candidates]
        var attention = nn.functional.softmax(logits, -1).mean([2]);                // [rows, kvHeads, candidates]
        return nn.functional.max_pool1d(attention, kernel, 1, kernel / 2).MoveToOuterDisposeScope();
    }

    /// <summary>Computes raw attention logits in fp32.</summary>
    /// <param name="queries">Queries, <c>[rows, heads, window, headDim]</c>.</param>
    /// <param name="keys">Keys, <c>[rows, kvHeads, n, headDim]</c>.</param>
    /// <returns>Logits, <c>[rows, kvHeads, group, window, n]</c>.</returns>
    public static Tensor GroupLogits(Tensor queries, Tensor keys)
    {
        using var scope = NewDisposeScope();
        var (rows, kvHeads, n, headDim) = (keys.shape[0], keys.shape[1], keys.shape[2], keys.shape[3]);
        var window = queries.shape[2];
        using Scalar root = Math.Sqrt(headDim);
        var left = queries.to(ScalarType.Float32).div(root).reshape(rows * kvHeads, -1, headDim);
        var right = keys.to(ScalarType.Float32).reshape(rows * kvHeads, n, headDim).transpose(1, 2);
        return left.bmm(right).view(rows, kvHeads, -1, window, n).MoveToOuterDisposeScope();
    }
}
