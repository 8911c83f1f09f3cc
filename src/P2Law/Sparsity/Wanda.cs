using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>Takes the weights of each row whose product with the norm of their input is least; the others stay as they are.</summary>
internal sealed class Wanda : ISparsityCriterion
{
    public bool NeedsCalibration => true;

    public Tensor Measure(Tensor inputs) => WandaScore.SquareSum(inputs);

    public (Tensor Weight, double? Loss) Prune(Tensor weight, Tensor? measured, SparsityPattern pattern)
    {
        using var scope = NewDisposeScope();
        return (weight.masked_fill(WeightMask.OfRows(WandaScore.Of(weight, measured!), pattern), 0).MoveToOuterDisposeScope(), null);
    }
}
