using System.Buffers.Binary;
using System.Text;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>
/// Reads llama2.c's <c>tokenizer.bin</c>: the longest length, then for each token score, length and bytes. Ids 0 to 2
/// are unknown, beginning and end; the 256 bytes follow.
/// </summary>
public static class Llama2cTokenizerReader
{
    private const int FirstByte = 3;
    private const int FirstPiece = FirstByte + 256;
    private const int EntryHeader = 8;

    /// <summary>Reads a file.</summary>
    /// <param name="name">The path, for messages.</param>
    /// <param name="content">The bytes of the file.</param>
    /// <exception cref="MalformedFileException">
    /// The file breaks off, or the byte tokens are not where they belong.
    /// </exception>
    public static ITokenizer Read(string name, ReadOnlySpan<byte> content)
    {
        var (pieces, scores) = (new List<string>(), new List<float>());
        var longest = content.Length < 4 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(content);
        for (var at = 4; at < content.Length;)
        {
            var length = content.Length - at < EntryHeader
                ? -1
                : BinaryPrimitives.ReadInt32LittleEndian(content[(at + 4)..]);
            if (length < 0 || length > longest || length > content.Length - at - EntryHeader)
            {
                throw new MalformedFileException(
                    name, at, $"token {pieces.Count} has length {length}; at most {longest} bytes are allowed, inside the file");
            }

            scores.Add(BinaryPrimitives.ReadSingleLittleEndian(content[at..]));
            pieces.Add(Encoding.UTF8.GetString(content.Slice(at + EntryHeader, length)));
            at += EntryHeader + length;
            CheckByte(name, at, pieces);
        }

        if (pieces.Count < FirstPiece)
        {
            throw new MalformedFileException(name, content.Length,
                $"{pieces.Count} tokens; at least {FirstPiece} are needed");
        }

        (pieces[0], pieces[1], pieces[2]) = ("<unk>", "<s>", "</s>"); // the file has line feeds around them
        return ScoredTokenizer.Create(new ScoredVocabulary
        {
            Name = name,
            Pieces = [.. pieces.Select(p => p.Replace(' ', BpeDefinition.SpaceMark))],
            Scores = scores,
            Kinds = [.. Enumerable.Range(0, pieces.Count).Select(KindOf)],
            BeginOfSequence = 1,
            EndOfSequence = 2,
        });
    }

    private static PieceKind KindOf(int id) => id switch
    {
        0 => PieceKind.Unknown,
        < FirstByte => PieceKind.Control,
        < FirstPiece => PieceKind.Byte,
        _ => PieceKind.Normal,
    };

    private static void CheckByte(string name, int at, List<string> pieces)
    {
        var id = pieces.Count - 1;
        if (id is >= FirstByte and < FirstPiece && ByteTokens.Parse(pieces[id]) != id - FirstByte)
        {
            throw new MalformedFileException(name, at, $"token {id} is not spelled <0x{id - FirstByte:X2}>");
        }
    }
}
