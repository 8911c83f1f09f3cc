namespace LlmEfficiency.Core.Generation;

/// <summary>Why a sequence ended.</summary>
public enum FinishReason
{
    /// <summary>A stop token was generated, the tokenizer's end-of-sequence token included.</summary>
    StopToken,

    /// <summary>A stop string was completed.</summary>
    StopString,

    /// <summary>As many tokens were generated as were asked for.</summary>
    Length,

    /// <summary>The model's context has no room for another token.</summary>
    ContextFull,

    /// <summary>The caller stopped the work; what was generated is kept.</summary>
    Cancelled,
}
