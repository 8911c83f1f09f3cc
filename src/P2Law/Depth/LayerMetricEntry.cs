namespace LlmEfficiency.P2Law.Depth;

/// <summary>A metric that can be chosen by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">Which layers it takes, in a line.</param>
/// <param name="Create">Makes it.</param>
public sealed record LayerMetricEntry(string Name, string Description, Func<DepthSettings, ILayerMetric> Create);
