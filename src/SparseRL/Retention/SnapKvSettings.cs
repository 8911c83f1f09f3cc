namespace LlmEfficiency.SparseRL.Retention;

/// <summary>Constants of SnapKV as R-KV and Sparse-RL set them for decoding.</summary>
public sealed record SnapKvSettings
{
    /// <summary>Gets how many of the latest queries judge the keys, and how many of the latest tokens always stay; 8.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Gets how many neighbours share the best importance among them, odd; 7.</summary>
    public int Kernel { get; init; } = 7;

    internal void Validate()
    {
        RetentionRules.RequireWindow(Window);
        RetentionRules.RequireOdd(Kernel);
    }
}
