namespace LlmEfficiency.Core.Evaluation;

/// <summary>A question of a file.</summary>
/// <param name="Text">What is asked, or the text that the choices continue.</param>
/// <param name="IsQuestion">Whether it is a question, to be answered, and not a text, to be continued.</param>
/// <param name="Answer">The reference answer; empty for a question with choices.</param>
/// <param name="Choices">The choices; null for a question with a free answer.</param>
/// <param name="Correct">The index of the right choice.</param>
public sealed record FileQuestion(
    string Text, bool IsQuestion, string Answer, IReadOnlyList<string>? Choices, int Correct);
