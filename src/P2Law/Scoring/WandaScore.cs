using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Scoring;

/// <summary>Weights by their size and that of what they are multiplied by.</summary>
/// <remarks>A Simple and Effective Pruning Approach for Large Language Models, equation 1 (arXiv 2306.11695).</remarks>
public static class WandaScore
{
    /// <summary>Sums the squares of a linear map's inputs.</summary>
    /// <param name="inputs">Inputs, <c>[tokens, in]</c>.</param>
    /// <returns>Σ_tokens x_j² in fp64, <c>[in]</c>; sums of several batches add up.</returns>
    public static Tensor SquareSum(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        return inputs.to(ScalarType.Float64).square().sum(dim: 0).MoveToOuterDisposeScope();
    }

    /// <summary>Scores weights: <c>|W_ij| · ‖X_j‖₂</c>.</summary>
    /// <param name="weight">The matrix, <c>[out, in]</c>.</param>
    /// <param name="squareSum">What <see cref="SquareSum"/> gave; any multiple of it chooses the same weights.</param>
    /// <returns>Scores in fp64, <c>[out, in]</c>.</returns>
    public static Tensor Of(Tensor weight, Tensor squareSum)
    {
        using var scope = NewDisposeScope();
        return weight.to(ScalarType.Float64).abs().mul(squareSum.sqrt()).MoveToOuterDisposeScope();
    }
}
