namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>The pre-tokenizers that models name.</summary>
public static class PreTokenizers
{
    /// <summary>Gets the split of GPT-2.</summary>
    public static NamedPreTokenizer Gpt2 { get; } = new("gpt-2", Gpt2PreTokenizer.Pattern, new Gpt2PreTokenizer());

    /// <summary>Gets the split of Llama 3.</summary>
    public static NamedPreTokenizer Llama3 { get; } = new("llama-3", Llama3PreTokenizer.Llama3Pattern,
        new Llama3PreTokenizer(3));

    /// <summary>Gets the split of Qwen 2 and 2.5.</summary>
    public static NamedPreTokenizer Qwen2 { get; } = new("qwen2", Llama3PreTokenizer.Qwen2Pattern,
        new Llama3PreTokenizer(1));

    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<NamedPreTokenizer> All { get; } = [Gpt2, Llama3, Qwen2];

    /// <summary>Returns the scanner that equals a pattern, or the pattern itself as a regular expression.</summary>
    /// <exception cref="ArgumentException">.NET does not understand the pattern.</exception>
    public static IPreTokenizer ForPattern(string pattern, SplitBehavior behavior) =>
        All.FirstOrDefault(known => known.Pattern == pattern && behavior == SplitBehavior.Isolated)?.Split
        ?? new RegexPreTokenizer(pattern, behavior);
}
