namespace LlmEfficiency.Core.Generation;

/// <summary>What a generation made and what it cost.</summary>
/// <param name="Results">One result a request, in the requests' order.</param>
/// <param name="Report">The measurements of all requests together.</param>
public sealed record GenerationOutcome(IReadOnlyList<GenerationResult> Results, GenerationReport Report);
