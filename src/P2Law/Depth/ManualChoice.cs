using LlmEfficiency.P2Law.Plans;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>Takes the layers it is told.</summary>
/// <param name="layers">Their numbers.</param>
internal sealed class ManualChoice(IReadOnlyList<int> layers) : ILayerMetric
{
    public bool NeedsCalibration => false;

    public LayerChoice Choose(PruningInput input, int count) => new([.. layers.Order()], new PruningScores());
}
