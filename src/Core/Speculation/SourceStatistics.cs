namespace LlmEfficiency.Core.Speculation;

/// <summary>What became of the drafts of one source.</summary>
/// <param name="Source">The source.</param>
/// <param name="Drafts">How many drafts it made.</param>
/// <param name="DraftedTokens">How many tokens they had.</param>
/// <param name="AcceptedTokens">How many of these the target model accepted.</param>
public sealed record SourceStatistics(string Source, long Drafts, long DraftedTokens, long AcceptedTokens);
