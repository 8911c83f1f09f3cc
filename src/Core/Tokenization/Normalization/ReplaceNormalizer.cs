namespace LlmEfficiency.Core.Tokenization.Normalization;

/// <summary>Replaces every occurrence of a string, such as a space by U+2581.</summary>
/// <param name="pattern">What is replaced; not empty.</param>
/// <param name="content">What takes its place.</param>
public sealed class ReplaceNormalizer(string pattern, string content) : INormalizer
{
    /// <summary>Gets what is replaced.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>Gets what takes its place.</summary>
    public string Content { get; } = content;

    /// <inheritdoc/>
    public string Normalize(string text, bool isFirst) => text.Replace(Pattern, Content, StringComparison.Ordinal);
}
