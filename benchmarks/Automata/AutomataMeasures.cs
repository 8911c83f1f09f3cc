namespace LlmEfficiency.Benchmarks.Automata;

/// <summary>The numbers that every subject has.</summary>
internal static class AutomataMeasures
{
    /// <summary>Bytes a token.</summary>
    public const string Size = "size";

    /// <summary>The time of a token with its draft.</summary>
    public const string Draft = "advance and draft";

    /// <summary>How many tokens were drafted for each.</summary>
    public const string Drafted = "drafted";
}
