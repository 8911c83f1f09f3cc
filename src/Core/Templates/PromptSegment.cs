namespace LlmEfficiency.Core.Templates;

/// <summary>A stretch of a prompt with one origin.</summary>
/// <param name="Text">The characters, never none.</param>
/// <param name="IsContent">
/// Whether the characters came from a message, tool or variable. Then the spelling of a control token in them is plain
/// text.
/// </param>
public sealed record PromptSegment(string Text, bool IsContent);
