using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>How questions are answered.</summary>
public sealed record BenchSettings
{
    /// <summary>Gets how many tokens an answer has at most; Spec-Bench's 1024 by default.</summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary>Gets how many tokens a pass runs at most: the last certain one and its draft.</summary>
    public int Rows { get; init; } = 64;

    /// <summary>Gets how tokens are drawn.</summary>
    public SamplingSettings Sampling { get; init; } = SamplingSettings.Greedy;

    /// <summary>Gets tokens that end an answer, beside those of model and tokenizer.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];
}
