using LlmEfficiency.P2Law.Plans;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>Tells which layers of a model matter least.</summary>
public interface ILayerMetric
{
    /// <summary>Gets whether it looks at the model with texts.</summary>
    bool NeedsCalibration { get; }

    /// <summary>Chooses layers to be removed.</summary>
    /// <param name="input">The model and the texts.</param>
    /// <param name="count">How many; at least one layer stays.</param>
    LayerChoice Choose(PruningInput input, int count);
}
