namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>A token of a template.</summary>
/// <param name="Kind">Its class.</param>
/// <param name="Text">Its characters; of a string literal, the value.</param>
/// <param name="Offset">Where it begins, in characters.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Offset)
{
    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;
}
