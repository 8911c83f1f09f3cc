namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>The tokenizer that a GGUF file carries, as plain values of its <c>tokenizer.ggml.*</c> keys.</summary>
public sealed record GgufVocabulary
{
    /// <summary>Gets the path of the file, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Gets <c>model</c>: <c>llama</c> (scores) or <c>gpt2</c> (merges).</summary>
    public required string Model { get; init; }

    /// <summary>Gets <c>tokens</c>: the spellings by id.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>Gets <c>pre</c>: how text is split; only <c>gpt2</c> has it.</summary>
    public string PreTokenizer { get; init; } = "default";

    /// <summary>Gets <c>scores</c> by id; only <c>llama</c> needs them.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];

    /// <summary>
    /// Gets <c>token_type</c> by id: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; empty: all
    /// normal.
    /// </summary>
    public IReadOnlyList<int> TokenTypes { get; init; } = [];

    /// <summary>Gets <c>merges</c>, each two spellings with a space between; only <c>gpt2</c> has them.</summary>
    public IReadOnlyList<string> Merges { get; init; } = [];

    /// <summary>Gets <c>bos_token_id</c>.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Gets <c>eos_token_id</c>.</summary>
    public int? EndOfSequence { get; init; }

    /// <summary>
    /// Gets <c>add_bos_token</c>; absent: yes for <c>llama</c> and for the split of Llama 3, no for others.
    /// </summary>
    public bool? AddsBeginOfSequence { get; init; }

    /// <summary>Gets <c>add_space_prefix</c>; absent: yes for <c>llama</c>. <c>gpt2</c> never adds one.</summary>
    public bool? AddsSpacePrefix { get; init; }
}
