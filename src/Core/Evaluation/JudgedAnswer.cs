namespace LlmEfficiency.Core.Evaluation;

/// <summary>One generated answer and the verdict on it.</summary>
/// <param name="Kind">The subtask; empty for none.</param>
/// <param name="Question">The index of the question.</param>
/// <param name="Sample">The index of the answer among those to its question.</param>
/// <param name="Expected">The reference.</param>
/// <param name="Answer">What the model wrote.</param>
/// <param name="IsRight">The verdict.</param>
public sealed record JudgedAnswer(string Kind, int Question, int Sample, string Expected, string Answer, bool IsRight);
