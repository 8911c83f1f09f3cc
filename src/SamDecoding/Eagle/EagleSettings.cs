using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Eagle;

/// <summary>The shape of EAGLE's drafts.</summary>
public sealed record EagleSettings
{
    /// <summary>Gets how many tokens are drafted (EAGLE-2's code for models of 7 B: 58; SAM Decoding beside it: 62).</summary>
    public int Nodes { get; init; } = 58;

    /// <summary>Gets how often the likeliest tokens are expanded: paths have one token more.</summary>
    public int Depth { get; init; } = 5;

    /// <summary>Gets how many tokens are expanded at a time, and how many followers of each are looked at.</summary>
    public int Width { get; init; } = 10;

    /// <summary>Gets a fixed shape in place of the three above, as EAGLE has one; null grows trees by probability, as EAGLE-2 does.</summary>
    public RecyclingTemplate? Template { get; init; }

    /// <summary>Gets EAGLE's 25 tokens in five levels.</summary>
    public static EagleSettings Fixed { get; } = new() { Template = RecyclingTemplate.TwentyFive };

    /// <summary>Gets what SAM Decoding takes beside its automata.</summary>
    public static EagleSettings BesideAutomata { get; } = new() { Nodes = 62, Width = 8 };
}
