namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>What becomes of the text that a split pattern matches.</summary>
public enum SplitBehavior
{
    /// <summary>It is a piece of its own.</summary>
    Isolated,

    /// <summary>It ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>It begins the piece after it.</summary>
    MergedWithNext,
}
