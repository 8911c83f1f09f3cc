using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>Takes the smallest weights of a matrix.</summary>
internal sealed class Magnitude : ISparsityCriterion
{
    public bool NeedsCalibration => false;

    public Tensor Measure(Tensor inputs) => throw new NotSupportedException("magnitude asks nothing of the inputs");

    public (Tensor Weight, double? Loss) Prune(Tensor weight, Tensor? measured, SparsityPattern pattern)
    {
        using var scope = NewDisposeScope();
        return (weight.masked_fill(WeightMask.OfMatrix(weight.abs(), pattern), 0).MoveToOuterDisposeScope(), null);
    }
}
