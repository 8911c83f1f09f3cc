namespace LlmEfficiency.SparseRL.Retention;

/// <summary>The constants of all retention policies; each takes its own.</summary>
public sealed record RetentionOptions
{
    /// <summary>Gets the constants of <c>r-kv</c>.</summary>
    public RKvSettings RKv { get; init; } = new();

    /// <summary>Gets the constants of <c>snapkv</c>.</summary>
    public SnapKvSettings SnapKv { get; init; } = new();

    /// <summary>Gets the constants of <c>streaming-llm</c>.</summary>
    public StreamingLlmSettings StreamingLlm { get; init; } = new();

    /// <summary>Gets the constants of <c>pyramidkv</c>.</summary>
    public PyramidKvSettings PyramidKv { get; init; } = new();

    /// <summary>Gets the constants of <c>random</c>.</summary>
    public RandomSettings Random { get; init; } = new();
}
