namespace LlmEfficiency.Core.Templates;

/// <summary>A stretch of a prompt as a tokenizer takes it.</summary>
/// <param name="Text">
/// The spelling of one special token, or text to be encoded in which specials are plain characters.
/// </param>
/// <param name="IsSpecial">Whether the piece is one special token.</param>
public sealed record PromptPiece(string Text, bool IsSpecial);
