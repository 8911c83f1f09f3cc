using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Scoring;

/// <summary>How much a channel, a neuron or a head is used: Minitron's importance by activations.</summary>
/// <remarks>Compact Language Models via Pruning and Knowledge Distillation, section 2.2 (arXiv 2407.14679): L2 over the batch of means over the sequence.</remarks>
public static class ActivationImportance
{
    /// <summary>Sums the squares of each sequence's mean absolute activation.</summary>
    /// <param name="activations">Activations, <c>[batch, seq, width]</c>.</param>
    /// <returns>Σ_batch (mean_seq |x|)² in fp64, <c>[width]</c>; sums of several batches add up.</returns>
    public static Tensor SquareSum(Tensor activations)
    {
        using var scope = NewDisposeScope();
        var means = activations.to(ScalarType.Float64).abs().mean([1]);             // [batch, width]
        return means.square().sum(dim: 0).MoveToOuterDisposeScope();
    }

    /// <summary>Scores units.</summary>
    /// <param name="squareSums">What <see cref="SquareSum"/> gave, <c>[width]</c>, at each place the units are seen.</param>
    /// <returns>Σ_places √a, <c>[width]</c>.</returns>
    public static double[] OfUnits(IReadOnlyCollection<double[]> squareSums) =>
        [.. Enumerable.Range(0, squareSums.First().Length).Select(unit => squareSums.Sum(place => Math.Sqrt(place[unit])))];

    /// <summary>Scores heads.</summary>
    /// <param name="squareSum">What <see cref="SquareSum"/> gave, <c>[heads · headDim]</c>.</param>
    /// <param name="headDim">The width of a head.</param>
    /// <returns>The L2 norm over each head's components, <c>[heads]</c>.</returns>
    public static double[] OfHeads(double[] squareSum, int headDim) =>
        [.. squareSum.Chunk(headDim).Select(head => Math.Sqrt(head.Sum()))];
}
