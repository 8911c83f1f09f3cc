namespace LlmEfficiency.Core.Decoding;

/// <summary>Which tokens of a row get logits, or keep their features.</summary>
public enum LogitSelection
{
    /// <summary>The last token: prompts and plain decoding.</summary>
    Last,

    /// <summary>Every token: verification and scoring.</summary>
    All,

    /// <summary>No token: a part of a long prompt.</summary>
    None,
}
