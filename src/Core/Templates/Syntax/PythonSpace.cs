namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>White space as the language of the templates' authors counts it.</summary>
internal static class PythonSpace
{
    /// <summary>Returns whether a character is white space: Unicode's, and the four information separators.</summary>
    public static bool Is(char character) => char.IsWhiteSpace(character) || character is >= '\u001c' and <= '\u001f';
}
