using System.Text;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>
/// Reads SentencePiece <c>.model</c> files of the BPE kind (Llama 2, Vicuna) and of the Unigram kind (T5, XGLM).
/// </summary>
public static class SentencePieceReader
{
    private const ulong Unigram = 1;
    private const ulong Bpe = 2;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="name">The path, for messages.</param>
    /// <param name="content">The bytes of the file: a protocol-buffers message.</param>
    /// <exception cref="MalformedFileException">The message or a piece is broken.</exception>
    /// <exception cref="LlmEfficiencyException">
    /// The model is of another kind or changes text in a way that is not known.
    /// </exception>
    public static ITokenizer Read(string name, ReadOnlySpan<byte> content)
    {
        var (pieces, scores, kinds) = (new List<string>(), new List<float>(), new List<PieceKind>());
        var (trainer, normalizer) = (new SentencePieceTrainerSpec(), new SentencePieceNormalizerSpec());
        var reader = new ProtobufReader(name, content, 0);
        while (reader.Read())
        {
            var section = new ProtobufReader(name, reader.Bytes, reader.ValueOffset);
            switch (reader.Field)
            {
                case 1:
                    var (piece, score, kind) = ReadPiece(name, ref section);
                    pieces.Add(piece);
                    scores.Add(score);
                    kinds.Add(kind);
                    break;
                case 2:
                    trainer = SentencePieceTrainerSpec.Read(ref section);
                    break;
                case 3:
                    normalizer = SentencePieceNormalizerSpec.Read(name, ref section);
                    break;
                case 5 when SentencePieceNormalizerSpec.Read(name, ref section).Rules is not null:
                    throw Unsupported(name, "rules for decoding (denormalizer_spec)");
            }
        }

        if (trainer.Model is not (Unigram or Bpe) || pieces.Count == 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{name}: SentencePiece model type {trainer.Model} with {pieces.Count} pieces; only types 1 (Unigram) and 2 "
                + "(BPE) can be read");
        }

        var source = new ScoredVocabulary
        {
            Name = name,
            Pieces = pieces,
            Scores = scores,
            Kinds = kinds,
            BeginOfSequence = trainer.BeginOfSequence,
            EndOfSequence = trainer.EndOfSequence,
            AddsSpacePrefix = normalizer.AddsSpacePrefix,
        };
        Check(source, trainer, normalizer);
        return trainer.Model == Unigram
            ? UnigramFactory.Create(source, normalizer)
            : ScoredTokenizer.Create(normalizer.IsPlain ? source : source with { Normalizer = normalizer.Create() });
    }

    private static void Check(
        ScoredVocabulary source, SentencePieceTrainerSpec trainer, SentencePieceNormalizerSpec normalizer)
    {
        if (!normalizer.EscapesSpaces)
        {
            throw Unsupported(source.Name, "escape_whitespaces false");
        }

        if (trainer.PutsMarksBehindWords)
        {
            throw Unsupported(source.Name, "treat_whitespace_as_suffix true");
        }

        if (trainer.Model == Bpe && !normalizer.IsPlain && source.Ids(PieceKind.UserDefined).Any())
        {
            throw Unsupported(source.Name, "a BPE model with normalization and user-defined pieces");
        }
    }

    private static LlmEfficiencyException Unsupported(string name, string what) =>
        new(ErrorKind.Input, $"{name}: SentencePiece: {what} is not supported; use a tokenizer.json");

    private static (string Piece, float Score, PieceKind Kind) ReadPiece(string name, ref ProtobufReader section)
    {
        var (piece, score, kind) = (string.Empty, 0f, PieceKind.Normal);
        while (section.Read())
        {
            switch (section.Field)
            {
                case 1:
                    piece = Text(name, section);
                    break;
                case 2:
                    score = BitConverter.UInt32BitsToSingle((uint)section.Number);
                    break;
                case 3 when section.Number is >= (ulong)PieceKind.Normal and <= (ulong)PieceKind.Byte:
                    kind = (PieceKind)section.Number;
                    break;
                case 3:
                    throw new MalformedFileException(name, section.ValueOffset,
                        $"piece type {section.Number}; 1 to 6 exist");
            }
        }

        return (piece, score, kind);
    }

    private static string Text(string name, ProtobufReader section)
    {
        try
        {
            return Strict.GetString(section.Bytes);
        }
        catch (DecoderFallbackException problem)
        {
            throw new MalformedFileException(name, section.ValueOffset, "a piece is not UTF-8", problem);
        }
    }
}
