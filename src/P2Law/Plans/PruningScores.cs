namespace LlmEfficiency.P2Law.Plans;

/// <summary>The numbers by which was chosen; null what was not looked at. The least important is the least, if not said otherwise.</summary>
public sealed record PruningScores
{
    /// <summary>Gets a score for each layer of the source.</summary>
    public IReadOnlyList<double>? Layers { get; init; }

    /// <summary>Gets a score for each block of layers that could go, by its first layer: the least is removed.</summary>
    public IReadOnlyList<double>? Blocks { get; init; }

    /// <summary>Gets a score for each channel of the residual stream.</summary>
    public IReadOnlyList<double>? Hidden { get; init; }

    /// <summary>Gets a score for each feed-forward neuron, by layer.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? FeedForward { get; init; }

    /// <summary>Gets a score for each query head, by layer.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Heads { get; init; }
}
