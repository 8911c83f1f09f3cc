namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>Counts of a replay.</summary>
/// <param name="Tokens">The tokens of the answers.</param>
/// <param name="Steps">The passes of the target model.</param>
/// <param name="Rows">The tokens it ran in them: one certain token a step, and the drafts.</param>
public readonly record struct ReplayScore(long Tokens, long Steps, long Rows)
{
    /// <summary>
    /// Gets the mean accepted tokens of a step, with the token that the target gives itself: 1 for plain decoding
    /// (Spec-Bench's measure).
    /// </summary>
    public double MeanAcceptedTokens => Steps > 0 ? (double)Tokens / Steps : double.NaN;

    /// <summary>Gets the mean number of rows of a step.</summary>
    public double RowsPerStep => Steps > 0 ? (double)Rows / Steps : double.NaN;

    /// <summary>Adds counts.</summary>
    public static ReplayScore operator +(ReplayScore left, ReplayScore right) => Add(left, right);

    /// <summary>Adds counts.</summary>
    public static ReplayScore Add(ReplayScore left, ReplayScore right) =>
        new(left.Tokens + right.Tokens, left.Steps + right.Steps, left.Rows + right.Rows);
}
