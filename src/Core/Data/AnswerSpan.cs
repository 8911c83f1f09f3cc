namespace LlmEfficiency.Core.Data;

/// <summary>The characters of a rendered conversation that the assistant is to write.</summary>
/// <param name="Start">The first character behind the generation prompt.</param>
/// <param name="End">The character behind the one that ends the answer.</param>
internal readonly record struct AnswerSpan(int Start, int End);
