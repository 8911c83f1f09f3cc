namespace LlmEfficiency.P2Law.Inference;

/// <summary>How uncertainty is found by repetition.</summary>
public sealed record BootstrapSettings
{
    /// <summary>Gets how many times the law is fitted again; 200 by default.</summary>
    public int Draws { get; init; } = 200;

    /// <summary>Gets what is drawn.</summary>
    public BootstrapKind Kind { get; init; } = BootstrapKind.Runs;

    /// <summary>Gets the seed.</summary>
    public ulong Seed { get; init; }
}
