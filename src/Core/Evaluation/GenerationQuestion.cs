namespace LlmEfficiency.Core.Evaluation;

/// <summary>A prompt whose continuation is judged.</summary>
/// <param name="Prompt">The prompt's ids.</param>
/// <param name="Kind">The subtask, for tables; empty for none.</param>
/// <param name="Expected">The reference, for who is told of the answers.</param>
public sealed record GenerationQuestion(IReadOnlyList<int> Prompt, string Kind = "", string Expected = "");
