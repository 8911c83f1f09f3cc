namespace LlmEfficiency.Core.Tokenization;

/// <summary>What is known of a tokenizer's ids beside the encoding itself.</summary>
public sealed record Vocabulary
{
    /// <summary>Gets the number of ids; the model's embedding may have more rows.</summary>
    public required int Size { get; init; }

    /// <summary>Gets the special (control) tokens by their spelling.</summary>
    public required IReadOnlyDictionary<string, int> Specials { get; init; }

    /// <summary>Gets the token that begins a sequence, if the tokenizer has one.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Gets the token that ends a sequence, if the tokenizer has one.</summary>
    public int? EndOfSequence { get; init; }

    /// <summary>Gets whether <see cref="BeginOfSequence"/> is put before every prompt.</summary>
    public bool AddsBeginOfSequence { get; init; }

    /// <summary>
    /// Gets whether encoding puts a space before the text, so that decoding takes one away at its beginning.
    /// </summary>
    public bool StripsLeadingSpace { get; init; }
}
