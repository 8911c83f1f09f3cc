using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>What a tiktoken file does not say: how text is split, and the special tokens behind the ranks.</summary>
/// <param name="Name">The name of the family.</param>
/// <param name="RankCount">How many ranks the family's own file has, by which it is known.</param>
/// <param name="PreTokenizer">The split.</param>
/// <param name="Specials">Special tokens; the first follows the last rank.</param>
public sealed record TiktokenFamily(
    string Name, int RankCount, NamedPreTokenizer PreTokenizer, IReadOnlyList<string> Specials)
{
    /// <summary>Gets GPT-2.</summary>
    public static TiktokenFamily Gpt2 { get; } = new("gpt-2", 50256, PreTokenizers.Gpt2, ["<|endoftext|>"])
    {
        EndOfSequence = "<|endoftext|>",
    };

    /// <summary>Gets Llama 3, with its 256 special tokens.</summary>
    public static TiktokenFamily Llama3 { get; } = new(
        "llama-3",
        128000,
        PreTokenizers.Llama3,
        [
            "<|begin_of_text|>", "<|end_of_text|>",
            .. Reserved(0, 4), "<|start_header_id|>", "<|end_header_id|>", .. Reserved(4, 1), "<|eot_id|>",
            .. Reserved(5, 246),
        ])
    {
        BeginOfSequence = "<|begin_of_text|>",
        EndOfSequence = "<|end_of_text|>",
    };

    /// <summary>Gets Qwen, with the special tokens that all its generations share.</summary>
    public static TiktokenFamily Qwen { get; } = new(
        "qwen", 151643, PreTokenizers.Qwen2, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    {
        EndOfSequence = "<|endoftext|>",
        Normalizers = [new UnicodeNormalizer(System.Text.NormalizationForm.FormC)],
    };

    /// <summary>Gets all families.</summary>
    public static IReadOnlyList<TiktokenFamily> All { get; } = [Gpt2, Llama3, Qwen];

    /// <summary>Gets the spelling of the token before every prompt, if there is one.</summary>
    public string? BeginOfSequence { get; init; }

    /// <summary>Gets the spelling of the token that ends a text.</summary>
    public string? EndOfSequence { get; init; }

    /// <summary>Gets the changes to text before it is split.</summary>
    public IReadOnlyList<INormalizer> Normalizers { get; init; } = [];

    private static IEnumerable<string> Reserved(int first, int count) =>
        Enumerable.Range(first, count).Select(i => FormattableString.Invariant($"<|reserved_special_token_{i}|>"));
}
