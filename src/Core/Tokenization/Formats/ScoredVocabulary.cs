using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Normalization;

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

    /// <summary>Gets the changes to text, prefix included; null changes its spaces alone.</summary>
    public SentencePieceNormalizer? Normalizer { get; init; }

    /// <summary>Returns the ids of one kind, ascending.</summary>
    public IEnumerable<int> Ids(PieceKind kind) => Enumerable.Range(0, Pieces.Count).Where(id => Kinds[id] == kind);

    /// <summary>Returns the spellings of control and unknown pieces with their ids.</summary>
    public Dictionary<string, int> Specials() =>
        Ids(PieceKind.Control).Concat(Ids(PieceKind.Unknown))
            .DistinctBy(id => Pieces[id])
            .Where(id => Pieces[id].Length is > 0 and <= AddedToken.LongestContent)
            .ToDictionary(id => Pieces[id]);

    /// <summary>Checks the tokens at the ends of a sequence and the scores of normal pieces.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// A score is not a number, or an id lies outside the vocabulary.
    /// </exception>
    public void Validate()
    {
        CheckEnd(BeginOfSequence, nameof(BeginOfSequence));
        CheckEnd(EndOfSequence, nameof(EndOfSequence));
        foreach (var id in Ids(PieceKind.Normal))
        {
            if (!float.IsFinite(Scores[id]))
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Input, $"{Name}: the score of token {id} is no finite number");
            }
        }
    }

    private void CheckEnd(int? id, string role)
    {
        if (id < 0 || id >= Pieces.Count)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{Name}: {role} is {id}, the vocabulary has {Pieces.Count} tokens");
        }
    }
}
