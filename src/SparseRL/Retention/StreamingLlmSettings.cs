namespace LlmEfficiency.SparseRL.Retention;

/// <summary>Constants of StreamingLLM.</summary>
public sealed record StreamingLlmSettings
{
    /// <summary>Gets how many of the first tokens always stay, s; 4.</summary>
    public int Sinks { get; init; } = 4;
}
