using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>How much a source drafted, and how well (the paper's use of modules).</summary>
/// <param name="Source">The source.</param>
/// <param name="Share">The share of passes that it drafted for.</param>
/// <param name="Mat">The tokens of such a pass: those of the draft that were accepted, and the certain one.</param>
public sealed record SourceUse(string Source, double Share, double Mat)
{
    /// <summary>Computes the use of all sources.</summary>
    /// <param name="turns">What was measured.</param>
    internal static IReadOnlyList<SourceUse> Of(IReadOnlyList<TurnMeasurement> turns)
    {
        var passes = turns.Sum(turn => (long)turn.Passes);
        return [.. turns.SelectMany(turn => turn.Sources).GroupBy(source => source.Source).OrderBy(source => source.Key, StringComparer.Ordinal).Select(Use)];

        SourceUse Use(IGrouping<string, SourceStatistics> source)
        {
            var drafts = source.Sum(part => part.Drafts);
            return new SourceUse(source.Key, (double)drafts / passes, 1 + (source.Sum(part => (double)part.AcceptedTokens) / drafts));
        }
    }
}
