using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>How much a key repeats others: R-KV's redundancy.</summary>
internal static class KeyRedundancy
{
    /// <summary>
    /// Mean cosine of each key with all others, where every key forgives the latest of those that are nearly itself; softmax over all
    /// keys.
    /// </summary>
    /// <remarks>
    /// A key without a near-duplicate forgives the first one instead, as in the official code. The mean over the matrix's rows is
    /// taken from sums, so that the matrix is written once and read twice.
    /// </remarks>
    /// <param name="view">What is cached.</param>
    /// <param name="threshold">The cosine above which two keys are near-duplicates.</param>
    /// <returns>Redundancies in fp32, <c>[rows, kvHeads, candidates]</c>.</returns>
    public static Tensor Softmax(RetentionView view, double threshold)
    {
        using var scope = NewDisposeScope();
        var (rows, kvHeads, n, headDim) = (view.Keys.shape[0], view.Keys.shape[1], view.Keys.shape[2], view.Keys.shape[3]);
        var keys = view.Keys.to(ScalarType.Float32).reshape(rows * kvHeads, n, headDim);
        var unit = keys.div(keys.norm(-1, true).add_(1e-8));
        var cosines = unit.bmm(unit.transpose(1, 2));                               // [rows · kvHeads, n, n]
        cosines.diagonal(0, 1, 2).zero_();
        var sums = cosines.sum(1);                                                  // [rows · kvHeads, n], over the rows
        var slots = arange(n, dtype: ScalarType.Float32, device: keys.device);      // exact up to 2²⁴
        var forgiven = cosines.gt(threshold).mul(slots).amax([2]).to(ScalarType.Int64); // a row's last near-duplicate, else 0
        var values = cosines.gather(2, forgiven.unsqueeze(2)).squeeze(2);
        var means = sums.scatter_add_(1, forgiven, values.neg_()).div_(n);
        return nn.functional.softmax(means, -1).view(rows, kvHeads, n).narrow(2, 0, view.Candidates).MoveToOuterDisposeScope();
    }
}
