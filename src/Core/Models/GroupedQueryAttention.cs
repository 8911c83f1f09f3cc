using LlmEfficiency.Core.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>Softmax attention in which several query heads share one key/value head.</summary>
public static class GroupedQueryAttention
{
    /// <summary>Computes the attention's output without keeping the probabilities.</summary>
    /// <param name="queries">Queries, <c>[batch, seq, heads, headDim]</c>.</param>
    /// <param name="keys">Keys, <c>[batch, kvHeads, total, headDim]</c>; head <c>h</c> of the queries uses head <c>h / group</c>.</param>
    /// <param name="values">Values, <c>[batch, kvHeads, total, headDim]</c>.</param>
    /// <param name="visibility">Which keys each query sees.</param>
    /// <returns>The weighted values, <c>[batch, seq, heads · headDim]</c>.</returns>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Visibility visibility)
    {
        using var scope = NewDisposeScope();
        var (batch, seq, kvHeads, headDim) = (queries.shape[0], queries.shape[1], keys.shape[1], keys.shape[3]);
        var group = queries.shape[2] / kvHeads;
        var width = queries.shape[2] * headDim;
        if (seq == 1)
        {
            // One query: the group takes the place of the sequence, and the keys are read once for all its heads.
            var folded = queries.view(batch, kvHeads, group, headDim);
            var mask = visibility.Mask?.expand(-1, -1, group, -1);
            return Dot(folded, keys, values, mask, false).reshape(batch, 1, width).MoveToOuterDisposeScope();
        }

        if (group == 1)
        {
            var plain = Dot(queries.transpose(1, 2), keys, values, visibility.Mask, visibility.IsCausal);
            return plain.transpose(1, 2).reshape(batch, seq, width).MoveToOuterDisposeScope();
        }

        // Each key/value head becomes a batch entry whose keys all heads of the group share, without a copy.
        var grouped = queries.view(batch, seq, kvHeads, group, headDim).permute(0, 2, 3, 1, 4);
        var merged = Dot(
            grouped.reshape(batch * kvHeads, group, seq, headDim),
            Share(keys), Share(values), SpreadMask(visibility.Mask, batch, kvHeads), visibility.IsCausal);
        return merged.view(batch, kvHeads, group, seq, headDim).permute(0, 3, 1, 2, 4)
            .reshape(batch, seq, width).MoveToOuterDisposeScope();

        Tensor Share(Tensor shared) => shared.reshape(batch * kvHeads, 1, -1, headDim).expand(-1, group, -1, -1);
    }

    /// <summary>Computes the probabilities with which each query attends to each key, in fp32.</summary>
    /// <param name="queries">Queries, <c>[batch, seq, heads, headDim]</c>.</param>
    /// <param name="keys">Keys, <c>[batch, kvHeads, total, headDim]</c>.</param>
    /// <param name="visibility">Which keys each query sees.</param>
    /// <returns>Probabilities, <c>[batch, heads, seq, total]</c>.</returns>
    public static Tensor Probabilities(Tensor queries, Tensor keys, Visibility visibility)
    {
        using var scope = NewDisposeScope();
        var (batch, seq, heads, headDim) = (queries.shape[0], queries.shape[1], queries.shape[2], queries.shape[3]);
        var (kvHeads, total) = (keys.shape[1], keys.shape[2]);
        var left = queries.to(ScalarType.Float32).transpose(1, 2).reshape(batch * kvHeads, -1, headDim);
        var right = keys.to(ScalarType.Float32).reshape(batch * kvHeads, total, headDim).transpose(1, 2);
        using Scalar root = Math.Sqrt(headDim);
        var scores = left.bmm(right).div_(root).view(batch, heads, seq, total);
        var mask = visibility.IsCausal ? ones(seq, total, dtype: ScalarType.Bool, device: keys.device).tril() : visibility.Mask;
        if (mask is not null)
        {
            using Scalar nothing = double.NegativeInfinity;
            scores = scores.masked_fill(mask.logical_not(), nothing);
        }

        return nn.functional.softmax(scores, -1).MoveToOuterDisposeScope();
    }

    private static Tensor? SpreadMask(Tensor? mask, long batch, long kvHeads)
    {
        if (mask is null || mask.shape[0] == 1)
        {
            return mask;
        }

        var (queries, keys) = (mask.shape[2], mask.shape[3]);
        return mask.expand(batch, kvHeads, queries, keys).reshape(batch * kvHeads, 1, queries, keys);
    }

    private static Tensor Dot(Tensor queries, Tensor keys, Tensor values, Tensor? mask, bool isCausal) =>
        nn.functional.scaled_dot_product_attention(queries, keys, values, mask, is_casual: isCausal);
}
