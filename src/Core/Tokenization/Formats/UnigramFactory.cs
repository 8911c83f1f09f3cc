using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.Unigram;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>Makes a Unigram tokenizer from pieces with scores.</summary>
internal static class UnigramFactory
{
    // What SentencePiece gives a character without a piece, below the lowest score, and a user-defined piece.
    private const double UnknownPenalty = 10;
    private const double UserDefinedPenalty = 0.1;

    // It bounds the work on a file made to be slow; trained models have at most some tens of bytes.
    private const int LongestPiece = 1024;

    /// <summary>Makes the tokenizer.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// A score is not a number, an id lies outside the vocabulary, a piece is too long or none is the unknown one.
    /// </exception>
    public static UnigramTokenizer Create(ScoredVocabulary source, SentencePieceNormalizerSpec normalizer)
    {
        source.Validate();
        var (pieces, userDefined) = (new ByteTrie(), new ByteTrie());
        var scores = new double[source.Pieces.Count];
        var decoded = new ReadOnlyMemory<byte>[scores.Length];
        var (lowest, highest) = Range(source);
        for (var id = 0; id < scores.Length; id++)
        {
            var spelling = Encoding.UTF8.GetBytes(source.Pieces[id]);
            decoded[id] = Decoded(source, id);
            if (source.Kinds[id] is not (PieceKind.Normal or PieceKind.UserDefined) || spelling.Length == 0)
            {
                continue;
            }

            if (spelling.Length > LongestPiece)
            {
                throw Problem(source, $"token {id} has {spelling.Length} bytes; at most {LongestPiece} are allowed");
            }

            pieces.Add(spelling, id);
            scores[id] = source.Scores[id];
            if (source.Kinds[id] == PieceKind.UserDefined)
            {
                userDefined.Add(spelling, id);
                scores[id] = (spelling.Length * highest) - UserDefinedPenalty;
            }
        }

        var unknown = source.Ids(PieceKind.Unknown).Select(id => (int?)id).FirstOrDefault()
            ?? throw Problem(source, "a Unigram model needs a piece of type 2 (unknown), and none is there");
        var bytes = ByteTokens.Find(source.Ids(PieceKind.Byte).Select(id => (id, source.Pieces[id])));
        return new UnigramTokenizer(
            new UnigramModel(pieces, scores, lowest - UnknownPenalty, unknown, bytes),
            normalizer.Create(userDefined),
            decoded,
            Vocabulary(source));
    }

    // SentencePiece takes the highest score for at least 0: logarithms of probabilities are not above it.
    private static (double Lowest, double Highest) Range(ScoredVocabulary source)
    {
        float[] scores = [.. source.Ids(PieceKind.Normal).Select(id => source.Scores[id])];
        return scores.Length == 0 ? (0, 0) : (scores.Min(), Math.Max(0, scores.Max()));
    }

    private static ReadOnlyMemory<byte> Decoded(ScoredVocabulary source, int id) => source.Kinds[id] switch
    {
        PieceKind.Control or PieceKind.Unknown => default,
        PieceKind.Byte when ByteTokens.Parse(source.Pieces[id]) is >= 0 and var value => new[] { (byte)value },
        _ => Encoding.UTF8.GetBytes(source.Pieces[id].Replace(BpeDefinition.SpaceMark, ' ')),
    };

    private static Vocabulary Vocabulary(ScoredVocabulary source) => new()
    {
        Size = source.Pieces.Count,
        Specials = source.Specials(),
        BeginOfSequence = source.BeginOfSequence,
        EndOfSequence = source.EndOfSequence,
        AddsBeginOfSequence = source.AddsBeginOfSequence && source.BeginOfSequence is not null,
        StripsLeadingSpace = source.AddsSpacePrefix,
    };

    private static LlmEfficiencyException Problem(ScoredVocabulary source, string problem) =>
        new(ErrorKind.Input, $"{source.Name}: {problem}");
}
