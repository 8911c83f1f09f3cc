namespace LlmEfficiency.P2Law.Inference;

/// <summary>How uncertainty is found by repetition.</summary>
public sealed record BootstrapSettings
{
    /// <summary>The fewest runs that are drawn as wholes by default: of fewer, a draw often lacks a size or a rate.</summary>
    public const int FewestDrawnRuns = 20;

    /// <summary>Gets how many times the law is fitted again; 200 by default.</summary>
    public int Draws { get; init; } = 200;

    /// <summary>Gets what is drawn; null lets the number of runs decide.</summary>
    public BootstrapKind? Kind { get; init; }

    /// <summary>Gets the seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Returns what is drawn of so many runs.</summary>
    public BootstrapKind KindFor(int runs) => Kind ?? (runs < FewestDrawnRuns ? BootstrapKind.Wild : BootstrapKind.Runs);
}
