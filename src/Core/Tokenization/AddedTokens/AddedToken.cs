namespace LlmEfficiency.Core.Tokenization.AddedTokens;

/// <summary>A token that is found in text as a whole, before anything is split or merged.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its spelling; not empty.</param>
public sealed record AddedToken(int Id, string Content)
{
    /// <summary>
    /// The most characters that <see cref="Content"/> may have; it bounds the work on a file made to be slow.
    /// </summary>
    public const int LongestContent = 1024;

    /// <summary>
    /// Gets whether it controls the model: then it is found only in text that may contain such tokens.
    /// </summary>
    public bool IsSpecial { get; init; }

    /// <summary>Gets whether it is searched for in normalized text; a special token never is.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>Gets whether it takes the white space before it along.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Gets whether it takes the white space after it along.</summary>
    public bool StripsRight { get; init; }

    /// <summary>Gets whether letters, digits or underscores beside it prevent it.</summary>
    public bool IsSingleWord { get; init; }
}
