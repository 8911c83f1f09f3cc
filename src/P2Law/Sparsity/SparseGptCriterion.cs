using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>Takes weights whose loss those behind them in the row make good best, and changes those.</summary>
/// <param name="settings">Damping and block size.</param>
internal sealed class SparseGptCriterion(SparseSettings settings) : ISparsityCriterion
{
    public bool NeedsCalibration => true;

    public Tensor Measure(Tensor inputs) => SparseGpt.ProductSum(inputs);

    public (Tensor Weight, double? Loss) Prune(Tensor weight, Tensor? measured, SparsityPattern pattern)
    {
        using var scope = NewDisposeScope();
        var group = Math.Max(1, pattern.Group);
        var blockSize = Math.Max(group, settings.BlockSize / group * group);
        var (pruned, loss) = SparseGpt.Prune(weight, measured!.mul(2), pattern, blockSize, settings.Damping);
        return (pruned.MoveToOuterDisposeScope(), loss);
    }
}
