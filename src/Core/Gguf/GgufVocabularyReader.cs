using LlmEfficiency.Core.Tokenization.Formats;

namespace LlmEfficiency.Core.Gguf;

/// <summary>Reads the tokenizer's data from GGUF metadata.</summary>
internal static class GgufVocabularyReader
{
    private const string Prefix = "tokenizer.ggml.";

    /// <summary>Reads the lists and checks that they fit together.</summary>
    /// <exception cref="Errors.MalformedFileException">A list is missing or does not fit.</exception>
    public static GgufVocabulary Read(string name, GgufMetadata metadata)
    {
        var model = metadata.Text($"{Prefix}model") ?? throw metadata.Broken($"{Prefix}model", "is missing");
        var tokens = metadata.Texts($"{Prefix}tokens") ?? throw metadata.Broken($"{Prefix}tokens", "is missing");
        var scores = metadata.Numbers($"{Prefix}scores") ?? [];
        var types = metadata.WholeNumbers($"{Prefix}token_type") ?? [];
        RequireOneEach(metadata, "scores", scores.Count, tokens.Count);
        RequireOneEach(metadata, "token_type", types.Count, tokens.Count);
        if (scores.Any(score => !double.IsFinite(score)) || types.Any(type => type is < 0 or > 6))
        {
            throw metadata.Broken($"{Prefix}tokens", "a score is not a finite number or a type is not 0 to 6");
        }

        return new GgufVocabulary
        {
            Name = name,
            Model = model,
            PreTokenizer = metadata.Text($"{Prefix}pre") ?? SplitOf(metadata.Text("general.architecture")),
            Tokens = tokens,
            Scores = [.. scores.Select(score => (float)score)],
            TokenTypes = [.. types.Select(type => (int)type)],
            Merges = metadata.Texts($"{Prefix}merges") ?? [],
            BeginOfSequence = TokenId(metadata, "bos_token_id", tokens.Count),
            EndOfSequence = TokenId(metadata, "eos_token_id", tokens.Count),
            AddsBeginOfSequence = metadata.Flag($"{Prefix}add_bos_token"),
            AddsSpacePrefix = metadata.Flag($"{Prefix}add_space_prefix"),
        };
    }

    /// <summary>Reads a token id; 2^32 − 1 and −1 mean none.</summary>
    public static int? TokenId(GgufMetadata metadata, string key, int size) => metadata.WholeNumber(Prefix + key) switch
    {
        null or uint.MaxValue or -1 => null,
        { } id when id >= 0 && id < size => (int)id,
        { } id => throw metadata.Broken(Prefix + key, $"{id} is not one of the {size} tokens"),
    };

    // Files from before May 2024 do not name their split; byte-level BPE under these families is that of Llama 3 and Qwen2.
    private static string SplitOf(string? architecture) => architecture switch
    {
        "llama" => "llama-bpe",
        "qwen2" => "qwen2",
        _ => "default",
    };

    private static void RequireOneEach(GgufMetadata metadata, string key, int count, int tokens)
    {
        if (count != 0 && count != tokens)
        {
            throw metadata.Broken(Prefix + key, $"has {count} items for {tokens} tokens");
        }
    }
}
