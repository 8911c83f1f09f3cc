using LlmEfficiency.SamDecoding.Drafting;

namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>What a drafter does on recorded answers.</summary>
/// <param name="Name">The drafter.</param>
/// <param name="Mat">The mean accepted tokens of a step, over all steps.</param>
/// <param name="RowsPerStep">The mean number of tokens that a pass runs.</param>
/// <param name="Steps">The number of passes.</param>
/// <param name="Tokens">The number of tokens.</param>
/// <param name="Categories">The mean accepted tokens by category, over its steps.</param>
public sealed record ReplayReport(
    string Name, double Mat, double RowsPerStep, long Steps, long Tokens, IReadOnlyDictionary<string, double> Categories)
{
    /// <summary>Replays answers in their order, one after the other.</summary>
    /// <param name="entry">The drafter; a new one is made.</param>
    /// <param name="texts">What it may draw on.</param>
    /// <param name="turns">The answers.</param>
    /// <param name="rows">How many tokens a pass runs at most.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static ReplayReport Run(
        DrafterEntry entry, DraftSources texts, IReadOnlyList<ReplayTurn> turns, int rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(turns);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        using var drafter = entry.Create(texts);
        var (total, categories) = (default(ReplayScore), new Dictionary<string, ReplayScore>());
        foreach (var turn in turns)
        {
            cancellation.ThrowIfCancellationRequested();
            var score = DraftReplay.Run(drafter, turn, rows - 1);
            total += score;
            categories[turn.Category] = categories.GetValueOrDefault(turn.Category) + score;
        }

        return new ReplayReport(
            entry.Name,
            total.MeanAcceptedTokens,
            total.RowsPerStep,
            total.Steps,
            total.Tokens,
            categories.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => pair.Value.MeanAcceptedTokens));
    }
}
