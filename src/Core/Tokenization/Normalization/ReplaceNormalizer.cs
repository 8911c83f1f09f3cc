namespace LlmEfficiency.Core.Tokenization.Normalization;

/// <summary>Replaces every occurrence of a string, such as a space by U+2581.</summary>
/// <param name="pattern">What is replaced; not empty.</param>
/// <param name="content">What takes its place.</param>
public sealed class ReplaceNormalizer(string pattern, string content) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text, bool isFirst) => text.Replace(pattern, content, StringComparison.Ordinal);
}
