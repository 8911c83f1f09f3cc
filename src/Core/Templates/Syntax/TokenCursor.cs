using System.Runtime.CompilerServices;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>A place in the tokens of a template, and how deep the parser has gone.</summary>
internal sealed class TokenCursor(string name, IReadOnlyList<Token> tokens)
{
    private const int DeepestNesting = 100;

    private int _at;
    private int _depth;

    public Token Current => tokens[_at];

    public Token Following => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public bool IsOperator(string text) => Current.Is(TokenKind.Operator, text);

    public bool IsName(string text) => Current.Is(TokenKind.Name, text);

    public Token Take() => Current.Kind == TokenKind.End ? Current : tokens[_at++];

    public bool TryTake(TokenKind kind, string text)
    {
        var isThere = Current.Is(kind, text);
        _at += isThere ? 1 : 0;
        return isThere;
    }

    public bool TryOperator(string text) => TryTake(TokenKind.Operator, text);

    public bool TryName(string text) => TryTake(TokenKind.Name, text);

    public Token Expect(TokenKind kind, string? text = null) =>
        Current.Kind == kind && (text is null || Current.Text == text)
            ? Take()
            : throw Fail(
                $"'{Shown(Current.Text)}' stands where {(text is null ? kind.ToString() : $"'{text}'")} should");

    public MalformedFileException Fail(string problem, int? offset = null) =>
        new(name, offset ?? Current.Offset, problem);

    public void Enter()
    {
        if (++_depth > DeepestNesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Fail($"blocks or expressions nest deeper than {DeepestNesting}");
        }
    }

    public void Leave() => _depth--;

    private static string Shown(string text) => text.Length > 40 ? text[..40] : text;
}
