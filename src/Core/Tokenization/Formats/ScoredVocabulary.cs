namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>
/// Pieces of which the one with the highest score is made first: SentencePiece, llama2.c and GGUF's "llama".
/// </summary>
internal sealed record ScoredVocabulary
{
    /// <summary>Gets the path, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the spellings by id, spaces written as U+2581.</summary>
    public required IReadOnlyList<string> Pieces { get; init; }

    /// <summary>Gets the scores by id.</summary>
    public required IReadOnlyList<float> Scores { get; init; }

    /// <summary>Gets the kinds by id.</summary>
    public required IReadOnlyList<PieceKind> Kinds { get; init; }

    /// <summary>Gets the token that begins a sequence.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Gets the token that ends a sequence.</summary>
    public int? EndOfSequence { get; init; }

    /// <summary>Gets whether prompts begin with <see cref="BeginOfSequence"/>.</summary>
    public bool AddsBeginOfSequence { get; init; } = true;

    /// <summary>Gets whether text gets a space before it.</summary>
    public bool AddsSpacePrefix { get; init; } = true;
}
