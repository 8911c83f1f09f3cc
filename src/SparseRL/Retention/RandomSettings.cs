namespace LlmEfficiency.SparseRL.Retention;

/// <summary>Constants of random retention.</summary>
public sealed record RandomSettings
{
    /// <summary>Gets how many of the latest tokens always stay; 8.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Gets the seed; 0.</summary>
    public ulong Seed { get; init; }
}
