using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>Takes neighbouring layers: those behind which the hidden states differ least from those before the first of them.</summary>
/// <param name="distance">Makes distances, any shape, of cosines, <c>[batch, seq]</c>.</param>
/// <remarks>
/// LLM-Streamline (arXiv 2403.19135) by cosine, The Unreasonable Ineffectiveness of the Deeper Layers (arXiv 2403.17887) by angle. To
/// remove n layers, the states before and behind n layers are compared, not before and behind n + 1.
/// </remarks>
internal sealed class ContiguousBlock(Func<Tensor, Tensor> distance) : ILayerMetric
{
    public bool NeedsCalibration => true;

    public LayerChoice Choose(PruningInput input, int count)
    {
        var scores = StretchScores.Of(input, count, distance);
        var first = Ranking.Least(scores, 1)[0];
        return new LayerChoice([.. Enumerable.Range(first, count)], new PruningScores { Blocks = scores });
    }
}
