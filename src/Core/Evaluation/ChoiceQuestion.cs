namespace LlmEfficiency.Core.Evaluation;

/// <summary>A context with several continuations, of which one is right.</summary>
/// <param name="Context">The text before the choices.</param>
/// <param name="Choices">The continuations, at least two, with the space that begins them.</param>
/// <param name="Correct">The index of the right one.</param>
/// <param name="Kind">The subtask, for tables.</param>
public sealed record ChoiceQuestion(string Context, IReadOnlyList<string> Choices, int Correct, string Kind = "");
