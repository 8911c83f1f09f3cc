namespace LlmEfficiency.P2Law.Width;

/// <summary>What can be made narrower.</summary>
public enum WidthAxis
{
    /// <summary>The residual stream: channels of every tensor.</summary>
    Hidden,

    /// <summary>The feed-forward part: neurons, by layer.</summary>
    Ffn,

    /// <summary>The attention: query heads, by layer.</summary>
    Heads,
}
