namespace LlmEfficiency.SparseRL.Retention;

/// <summary>Constants of PyramidKV.</summary>
public sealed record PyramidKvSettings
{
    /// <summary>Gets how many of the latest queries judge the keys, and how many of the latest tokens always stay; 8.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Gets how many neighbours share the best importance among them, odd; 7.</summary>
    public int Kernel { get; init; } = 7;

    /// <summary>Gets how much less than the mean the last layer keeps beside the window, β; 20 (Sparse-RL's code: 10).</summary>
    public int Beta { get; init; } = 20;

    internal void Validate()
    {
        RetentionRules.RequireWindow(Window);
        RetentionRules.RequireOdd(Kernel);
        RetentionRules.Require(Beta >= 1, $"beta is {Beta}: it must be 1 or more");
    }
}
