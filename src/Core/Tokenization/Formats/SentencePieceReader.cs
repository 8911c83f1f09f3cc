using System.Text;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>
/// Reads SentencePiece <c>.model</c> files of the BPE kind that change text only by its spaces (Llama 2, Vicuna).
/// </summary>
public static class SentencePieceReader
{
    private const ulong Bpe = 2;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="name">The path, for messages.</param>
    /// <param name="content">The bytes of the file: a protocol-buffers message.</param>
    /// <exception cref="MalformedFileException">The message or a piece is broken.</exception>
    /// <exception cref="LlmEfficiencyException">The model is of another kind.</exception>
    public static ITokenizer Read(string name, ReadOnlySpan<byte> content)
    {
        var (pieces, scores, kinds) = (new List<string>(), new List<float>(), new List<PieceKind>());
        var (model, begin, end, prefix) = (1UL, 1, 2, true);
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
                    (model, begin, end) = ReadTrainer(ref section);
                    break;
                case 3:
                    prefix = ReadNormalizer(name, ref section);
                    break;
            }
        }

        if (model != Bpe || pieces.Count == 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{name}: SentencePiece model type {model} with {pieces.Count} pieces; only type 2 (BPE) can be read");
        }

        return ScoredTokenizer.Create(new ScoredVocabulary
        {
            Name = name,
            Pieces = pieces,
            Scores = scores,
            Kinds = kinds,
            BeginOfSequence = begin < 0 ? null : begin,
            EndOfSequence = end < 0 ? null : end,
            AddsSpacePrefix = prefix,
        });
    }

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

    private static (ulong Model, int Begin, int End) ReadTrainer(ref ProtobufReader section)
    {
        var (model, begin, end) = (1UL, 1, 2);
        while (section.Read())
        {
            (model, begin, end) = section.Field switch
            {
                3 => (section.Number, begin, end),
                41 => (model, (int)section.Number, end),
                42 => (model, begin, (int)section.Number),
                _ => (model, begin, end),
            };
        }

        return (model, begin, end);
    }

    private static bool ReadNormalizer(string name, ref ProtobufReader section)
    {
        var (prefix, removesSpaces, escapesSpaces, rules) = (true, true, true, "identity");
        while (section.Read())
        {
            switch (section.Field)
            {
                case 2 when !section.Bytes.IsEmpty:
                    rules = "precompiled";
                    break;
                case 3:
                    prefix = section.Number != 0;
                    break;
                case 4:
                    removesSpaces = section.Number != 0;
                    break;
                case 5:
                    escapesSpaces = section.Number != 0;
                    break;
            }
        }

        return rules == "identity" && !removesSpaces && escapesSpaces
            ? prefix
            : throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{name}: its normalizer ({rules} rules, remove_extra_whitespaces {removesSpaces}, escape_whitespaces "
                + $"{escapesSpaces}) is not supported; use a tokenizer.json");
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
