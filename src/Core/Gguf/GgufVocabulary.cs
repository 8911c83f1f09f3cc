namespace LlmEfficiency.Core.Gguf;

/// <summary>The tokenizer's data in a GGUF file, as plain lists.</summary>
/// <param name="Model">The kind: <c>llama</c> (SentencePiece) or <c>gpt2</c> (byte-level BPE).</param>
/// <param name="PreTokenizer">How text is split before BPE (<c>llama-bpe</c>, <c>qwen2</c>), if named.</param>
/// <param name="Tokens">The spelling of each id.</param>
/// <param name="Scores">The score of each id; empty where the file has none.</param>
/// <param name="Types">
/// The kind of each id: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; empty where the file has
/// none.
/// </param>
/// <param name="Merges">
/// The BPE merges, best first, each two spellings with a space between; empty for SentencePiece.
/// </param>
public sealed record GgufVocabulary(
    string Model,
    string? PreTokenizer,
    IReadOnlyList<string> Tokens,
    IReadOnlyList<float> Scores,
    IReadOnlyList<int> Types,
    IReadOnlyList<string> Merges)
{
    private const string Prefix = "tokenizer.ggml.";

    /// <summary>Gets the token that begins a sequence.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Gets the token that ends a sequence.</summary>
    public int? EndOfSequence { get; init; }

    /// <summary>Gets the token that ends a turn, where it is another one.</summary>
    public int? EndOfTurn { get; init; }

    /// <summary>Gets the token for what cannot be spelt.</summary>
    public int? Unknown { get; init; }

    /// <summary>
    /// Gets whether <see cref="BeginOfSequence"/> comes before every prompt; null where the file does not say.
    /// </summary>
    public bool? AddsBeginOfSequence { get; init; }

    /// <summary>Gets whether a space comes before every text; null where the file does not say.</summary>
    public bool? AddsSpacePrefix { get; init; }

    /// <summary>Gets the Jinja source of the chat template, if the file has one.</summary>
    public string? ChatTemplate { get; init; }

    internal static GgufVocabulary Read(GgufMetadata metadata)
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

        return new GgufVocabulary(
            model,
            metadata.Text($"{Prefix}pre"),
            tokens,
            [.. scores.Select(score => (float)score)],
            [.. types.Select(type => (int)type)],
            metadata.Texts($"{Prefix}merges") ?? [])
        {
            BeginOfSequence = TokenId(metadata, "bos_token_id", tokens.Count),
            EndOfSequence = TokenId(metadata, "eos_token_id", tokens.Count),
            EndOfTurn = TokenId(metadata, "eot_token_id", tokens.Count),
            Unknown = TokenId(metadata, "unknown_token_id", tokens.Count),
            AddsBeginOfSequence = metadata.Flag($"{Prefix}add_bos_token"),
            AddsSpacePrefix = metadata.Flag($"{Prefix}add_space_prefix"),
            ChatTemplate = metadata.Text("tokenizer.chat_template"),
        };
    }

    /// <summary>Reads a token id; 2^32 − 1 and −1 mean none.</summary>
    internal static int? TokenId(GgufMetadata metadata, string key, int size)
    {
        key = Prefix + key;
        return metadata.WholeNumber(key) switch
        {
            null or uint.MaxValue or -1 => null,
            { } id when id >= 0 && id < size => (int)id,
            { } id => throw metadata.Broken(key, $"{id} is not one of the {size} tokens"),
        };
    }

    private static void RequireOneEach(GgufMetadata metadata, string key, int count, int tokens)
    {
        if (count != 0 && count != tokens)
        {
            throw metadata.Broken(Prefix + key, $"has {count} items for {tokens} tokens");
        }
    }
}
