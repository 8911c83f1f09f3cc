namespace LlmEfficiency.Core.Answers;

/// <summary>A piece of a written answer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">How it is spelled, commands without their backslash.</param>
internal readonly record struct MathToken(MathTokenKind Kind, string Text);
