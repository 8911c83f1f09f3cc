using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>Tells which weights of a matrix matter least.</summary>
public interface ISparsityCriterion
{
    /// <summary>Gets whether it looks at the inputs of linear maps.</summary>
    bool NeedsCalibration { get; }

    /// <summary>Says what it wants to know of a linear map's inputs.</summary>
    /// <param name="inputs">Inputs, <c>[tokens, in]</c>.</param>
    /// <returns>A sum over the tokens in fp64, which adds up over batches.</returns>
    Tensor Measure(Tensor inputs);

    /// <summary>Sets weights to zero.</summary>
    /// <param name="weight">The matrix, <c>[out, in]</c>; it stays as it is.</param>
    /// <param name="measured">What <see cref="Measure"/> gave, divided by the number of sequences; null without texts.</param>
    /// <param name="pattern">How many go, and of which neighbours.</param>
    /// <returns>The new matrix, and the criterion's own estimate of the harm, if it has one.</returns>
    (Tensor Weight, double? Loss) Prune(Tensor weight, Tensor? measured, SparsityPattern pattern);
}
