namespace LlmEfficiency.Core.Answers;

/// <summary>What holds the values of a series together, beside round and square brackets.</summary>
internal static class SeriesKind
{
    /// <summary>Commas alone.</summary>
    public const string Bare = "";

    /// <summary>The braces of a set.</summary>
    public const string Set = "⦃";

    /// <summary>The rows of a matrix.</summary>
    public const string Matrix = "matrix";

    /// <summary>The cells of a matrix row.</summary>
    public const string Row = "row";

    /// <summary>The sets of a union.</summary>
    public const string Union = "∪";
}
