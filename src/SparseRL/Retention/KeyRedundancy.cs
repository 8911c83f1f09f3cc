using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>How much a key repeats others: R-KV's redundancy.</summary>
internal static class KeyRedundancy
{
    private const long TileCells = 1 << 17;     // half a megabyte, which the second-level cache holds

    /// <summary>
    /// Mean cosine of each key with all others, where every key forgives the latest of those that are nearly itself; softmax over all
    /// keys.
    /// </summary>
    /// <remarks>
    /// A key without a near-duplicate forgives the first one instead, as in the official code. The matrix of cosines is made a few rows
    /// at a time and worked on in place: whole, it would leave the processor's cache and be most of the cost.
    /// </remarks>
    /// <param name="view">What is cached.</param>
    /// <param name="threshold">The cosine above which two keys are near-duplicates.</param>
    /// <returns>Redundancies in fp32, <c>[rows, kvHeads, candidates]</c>.</returns>
    public static Tensor Softmax(RetentionView view, double threshold)
    {
        using var scope = NewDisposeScope();
        var (rows, kvHeads, n, headDim) = (view.Keys.shape[0], view.Keys.shape[1], view.Keys.shape[2], view.Keys.shape[3]);
        var keys = view.Keys.to(ScalarType.Float32).reshape(rows * kvHeads, n, headDim);
        using Scalar least = 1e-8, nearly = threshold, all = n;
        var unit = keys.div(keys.norm(-1, true).add_(least, Scalars.One));
        var columns = unit.transpose(1, 2);
        var numbers = tensor([.. Enumerable.Range(0, (int)n).Select(slot => (long)slot)], device: keys.device);
        var slots = numbers.to(ScalarType.Float32);                                 // exact up to 2²⁴
        var sums = zeros([rows * kvHeads, n], device: keys.device);                 // over the rows of the matrix
        var tile = keys.device_type == DeviceType.CPU ? Math.Max(1, TileCells / (rows * kvHeads * n)) : n;
        for (var first = 0L; first < n; first += tile)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(tile, n - first);
            var own = unit.narrow(1, first, count);
            var cosines = own.bmm(columns);                                         // [rows · kvHeads, count, n]
            cosines.diagonal(first, 1, 2).zero_();
            sums.add_(cosines.sum(1), Scalars.One);
            var forgiven = cosines.gt_(nearly).mul_(slots).amax([2]).to(ScalarType.Int64); // a row's last near-duplicate, else 0
            var others = unit.gather(1, forgiven.unsqueeze(2).expand(-1, -1, headDim));
            var values = own.mul(others).sum(2).mul_(forgiven.ne(numbers.narrow(0, first, count)));
            sums.scatter_add_(1, forgiven, values.neg_());
        }

        var redundancy = nn.functional.softmax(sums.div_(all), -1);
        return redundancy.view(rows, kvHeads, n).narrow(2, 0, view.Candidates).MoveToOuterDisposeScope();
    }
}
