using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>Takes the layers of least Block Influence, which need not be neighbours.</summary>
/// <remarks>ShortGPT (arXiv 2403.03853).</remarks>
internal sealed class BlockInfluence : ILayerMetric
{
    public bool NeedsCalibration => true;

    public LayerChoice Choose(PruningInput input, int count)
    {
        var scores = StretchScores.Of(input, stretch: 1, cosines => HiddenSimilarity.BlockInfluence(cosines));
        return new LayerChoice(Ranking.Least(scores, count), new PruningScores { Layers = scores });
    }
}
