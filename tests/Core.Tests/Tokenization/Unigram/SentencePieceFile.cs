using System.Text;

namespace LlmEfficiency.Core.Tests.Tokenization.Unigram;

/// <summary>A SentencePiece model, written by hand. Piece kinds are the numbers of the format.</summary>
internal sealed record SentencePieceFile(params (string Piece, float Score, int Kind)[] Pieces)
{
    public int Model { get; init; } = 1;

    public byte[] Rules { get; init; } = [];

    public bool AddsPrefix { get; init; }

    public bool RemovesSpaces { get; init; }

    public bool EscapesSpaces { get; init; } = true;

    public bool MarksBehind { get; init; }

    public byte[] DecodingRules { get; init; } = [];

    /// <summary>Unknown, beginning and end, then normal pieces.</summary>
    public static SentencePieceFile Of(params IEnumerable<(string Piece, float Score)> pieces) =>
        new([("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), .. pieces.Select(p => (p.Piece, p.Score, 1))]);

    /// <summary>Rules as a double array in which every node has 256 places of its own.</summary>
    public static byte[] Compile(params (string From, string To)[] rules)
    {
        var bases = new Dictionary<string, int> { [string.Empty] = 256 }; // keys in Latin-1: one char a byte
        var units = new Dictionary<int, uint>();
        var places = new Dictionary<string, int> { [string.Empty] = 0 };
        var ends = new Dictionary<string, int>();
        var replacements = new List<byte>();
        foreach (var (from, to) in rules)
        {
            var key = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(from));
            ends[key] = replacements.Count;
            replacements.AddRange([.. Encoding.UTF8.GetBytes(to), 0]);
            for (var length = 1; length <= key.Length; length++)
            {
                bases.TryAdd(key[..length], 256 * (bases.Count + 1));
                places[key[..length]] = bases[key[..(length - 1)]] ^ key[length - 1];
            }
        }

        foreach (var (key, place) in places)
        {
            var hasValue = ends.TryGetValue(key, out var value);
            units[place] = ((uint)(place ^ bases[key]) << 10) | (hasValue ? 0x100u : 0) | (key.Length == 0 ? 0u : key[^1]);
            units[bases[key]] = 0x80000000 | (uint)(hasValue ? value : 0);
        }

        var trie = Enumerable.Range(0, 256 * (bases.Count + 1))
            .SelectMany(at => BitConverter.GetBytes(units.GetValueOrDefault(at, 0x80000000))).ToArray();
        return [.. BitConverter.GetBytes(trie.Length), .. trie, .. replacements];
    }

    public byte[] ToBytes()
    {
        var file = new List<byte>();
        foreach (var (piece, score, kind) in Pieces)
        {
            file.AddRange(Section(0x0A,
                [.. Section(0x0A, Encoding.UTF8.GetBytes(piece)), 0x15, .. BitConverter.GetBytes(score), 0x18, (byte)kind]));
        }

        var hasBytes = Pieces.Any(p => p.Kind == 6);
        file.AddRange(Section(0x12,
            [0x18, (byte)Model, 0xC0, 1, Bit(MarksBehind), 0x98, 2, Bit(hasBytes)])); // fields 3, 24 and 35
        file.AddRange(Section(0x1A,
            [.. Section(0x12, Rules), 0x18, Bit(AddsPrefix), 0x20, Bit(RemovesSpaces), 0x28, Bit(EscapesSpaces)]));
        return DecodingRules.Length == 0 ? [.. file] : [.. file, .. Section(0x2A, Section(0x12, DecodingRules))];
    }

    private static byte Bit(bool value) => value ? (byte)1 : (byte)0;

    private static byte[] Section(byte key, byte[] content)
    {
        var length = new List<byte>();
        var rest = content.Length;
        for (; rest > 0x7F; rest >>= 7)
        {
            length.Add((byte)(rest & 0x7F | 0x80));
        }

        return [key, .. length, (byte)rest, .. content];
    }
}
