namespace LlmEfficiency.SparseRL.Retention;

/// <summary>Constants of R-KV as Sparse-RL sets them.</summary>
public sealed record RKvSettings
{
    /// <summary>Gets how many of the latest queries judge the keys, and how many of the latest tokens always stay; 8.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Gets how many neighbours share the best importance among them, odd; 7.</summary>
    public int Kernel { get; init; } = 7;

    /// <summary>Gets the weight of importance against redundancy, λ; 0.1 (R-KV's own code: 0.07).</summary>
    public double Lambda { get; init; } = 0.1;

    /// <summary>Gets the cosine above which two keys are near-duplicates, τ; 0.5.</summary>
    public double Threshold { get; init; } = 0.5;

    internal void Validate()
    {
        RetentionRules.RequireWindow(Window);
        RetentionRules.RequireOdd(Kernel);
        RetentionRules.Require(Lambda is >= 0 and <= 1, $"lambda is {Lambda}: allowed is 0 to 1");
        RetentionRules.Require(Threshold is >= -1 and <= 1, $"the similarity threshold is {Threshold}: a cosine is -1 to 1");
    }
}
