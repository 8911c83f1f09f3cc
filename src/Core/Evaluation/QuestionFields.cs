namespace LlmEfficiency.Core.Evaluation;

/// <summary>The members of a line that hold question and answer; null finds one by its usual names.</summary>
/// <param name="Question">The member with the question.</param>
/// <param name="Answer">The member with the answer.</param>
public sealed record QuestionFields(string? Question = null, string? Answer = null);
