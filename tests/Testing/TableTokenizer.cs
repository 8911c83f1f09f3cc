using System.Text;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Testing;

/// <summary>A tokenizer whose ids stand for given bytes; encoding takes the longest token that fits.</summary>
public sealed class TableTokenizer : ITokenizer
{
    private readonly byte[][] _tokens;

    /// <summary>
    /// Makes a tokenizer; <paramref name="endOfSequence"/> and <paramref name="beginOfSequence"/> stand for no bytes.
    /// </summary>
    public TableTokenizer(IEnumerable<byte[]> tokens, int? endOfSequence = null, int? beginOfSequence = null)
    {
        _tokens = [.. tokens];
        Vocabulary = new Vocabulary
        {
            Size = _tokens.Length,
            Specials = new Dictionary<string, int>(StringComparer.Ordinal),
            EndOfSequence = endOfSequence,
            BeginOfSequence = beginOfSequence,
        };
    }

    /// <inheritdoc/>
    public Vocabulary Vocabulary { get; }

    /// <summary>Makes a tokenizer from texts.</summary>
    public static TableTokenizer Of(params string[] tokens) => new(tokens.Select(Encoding.UTF8.GetBytes));

    /// <summary>Makes a tokenizer of single bytes.</summary>
    public static TableTokenizer Bytes() => new(Enumerable.Range(0, 256).Select(value => new[] { (byte)value }));

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text, SpecialTokenHandling specials = SpecialTokenHandling.AsText)
    {
        var ids = new List<int>();
        for (ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text); !rest.IsEmpty; rest = rest[_tokens[ids[^1]].Length..])
        {
            var longest = -1;
            for (var id = 0; id < _tokens.Length; id++)
            {
                var fits = !BytesOf(id).IsEmpty && rest.StartsWith(_tokens[id]);
                longest = fits && (longest < 0 || _tokens[id].Length > _tokens[longest].Length) ? id : longest;
            }

            ids.Add(longest >= 0 ? longest : throw new ArgumentException($"no token begins '{text}' here", nameof(text)));
        }

        return ids;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> BytesOf(int id) =>
        id < 0 || id >= _tokens.Length || id == Vocabulary.EndOfSequence || id == Vocabulary.BeginOfSequence ? default : _tokens[id];
}
