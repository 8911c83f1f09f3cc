using LlmEfficiency.SamDecoding.Replay;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>
/// Spec-Bench's figures of one method over some questions, and ours beside. What nothing was measured for is not a number.
/// </summary>
/// <param name="Questions">How many questions.</param>
/// <param name="Tokens">How many tokens.</param>
/// <param name="Steps">How many steps, see <see cref="TurnMeasurement.Lengths"/>.</param>
/// <param name="Mat">The mean accepted tokens of a step, over all steps.</param>
/// <param name="RowsPerStep">The mean number of tokens that a pass runs.</param>
/// <param name="TokensPerSecond">The mean of the questions' tokens a second.</param>
/// <param name="Speedup">That by plain decoding's on the same questions; null if plain decoding was not measured.</param>
/// <param name="DraftShare">The share of decoding's time that drafts took.</param>
/// <param name="PrefillShare">The share of the time that passes over the prompt took.</param>
/// <param name="Sources">The use of each source of drafts; passes that none drafted for are the rest.</param>
/// <param name="Differing">How many questions have other tokens than plain decoding gives; null if it was not measured.</param>
public sealed record BenchFigures(
    int Questions,
    long Tokens,
    long Steps,
    double Mat,
    double RowsPerStep,
    double TokensPerSecond,
    double? Speedup,
    double DraftShare,
    double PrefillShare,
    IReadOnlyList<SourceUse> Sources,
    int? Differing)
{
    /// <summary>Gets the share of passes that had a draft.</summary>
    public double DraftedSteps => Sources.Sum(source => source.Share);

    /// <summary>Computes the figures.</summary>
    /// <param name="measured">The questions.</param>
    /// <param name="plain">The same questions by plain decoding, in the same order; null if it was not measured.</param>
    public static BenchFigures Of(IReadOnlyList<QuestionMeasurement> measured, IReadOnlyList<QuestionMeasurement>? plain)
    {
        ArgumentNullException.ThrowIfNull(measured);
        TurnMeasurement[] turns = [.. measured.SelectMany(question => question.Turns)];
        var (passes, rows) = (turns.Sum(turn => (long)turn.Passes), turns.Sum(turn => turn.Rows));
        var score = new ReplayScore(
            turns.Sum(turn => (long)turn.TokenIds.Count), turns.Sum(turn => (long)turn.AcceptLengths.Count), rows);
        var rate = Rate(measured);
        return new BenchFigures(
            measured.Count,
            score.Tokens,
            score.Steps,
            score.MeanAcceptedTokens,
            (double)rows / passes,
            rate,
            plain is null ? null : rate / Rate(plain),
            turns.Sum(turn => turn.DraftTime) / turns.Sum(turn => turn.DecodeTime),
            1 - (turns.Sum(turn => turn.DecodeTime) / turns.Sum(turn => turn.WallTime)),
            SourceUse.Of(turns),
            plain is null ? null : measured.Zip(plain).Count(pair => !pair.First.HasTokensOf(pair.Second)));
    }

    private static double Rate(IReadOnlyList<QuestionMeasurement> questions) =>
        questions.Count == 0 ? double.NaN : questions.Average(question => question.TokensPerSecond);
}
