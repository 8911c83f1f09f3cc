using System.Text;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.Unigram;

namespace LlmEfficiency.Core.Tokenization;

/// <summary>
/// SentencePiece's Unigram model: the most probable pieces. The time grows linearly with the text, times the length of
/// the longest piece. Many threads may use one tokenizer.
/// </summary>
public sealed class UnigramTokenizer : ITokenizer
{
    private readonly UnigramModel _model;
    private readonly SentencePieceNormalizer _normalizer;
    private readonly ReadOnlyMemory<byte>[] _bytes; // [Vocabulary.Size]
    private readonly AddedTokenMatcher _specials;

    internal UnigramTokenizer(
        UnigramModel model, SentencePieceNormalizer normalizer, ReadOnlyMemory<byte>[] bytes, Vocabulary vocabulary)
    {
        (_model, _normalizer, _bytes, Vocabulary) = (model, normalizer, bytes, vocabulary);
        _specials = new AddedTokenMatcher(
            [.. vocabulary.Specials.Select(s => (s.Key, new AddedToken(s.Value, s.Key) { IsSpecial = true }))]);
    }

    /// <inheritdoc/>
    public Vocabulary Vocabulary { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text, SpecialTokenHandling specials = SpecialTokenHandling.AsText) =>
        Encode(text, specials, out _);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> BytesOf(int id) => (uint)id < (uint)_bytes.Length ? _bytes[id] : default;

    /// <summary>Encodes and counts the steps through pieces.</summary>
    internal IReadOnlyList<int> Encode(string text, SpecialTokenHandling specials, out long work)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>((text.Length / 3) + 4);
        var start = 0;
        work = 0;
        if (specials == SpecialTokenHandling.AsToken)
        {
            foreach (var match in _specials.Find(text))
            {
                EncodeStretch(text.AsSpan(start, match.Start - start), ids, ref work);
                ids.Add(match.Id);
                start = match.End;
            }
        }

        EncodeStretch(text.AsSpan(start), ids, ref work);
        return ids;
    }

    private void EncodeStretch(ReadOnlySpan<char> text, List<int> ids, ref long work)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)]; // a lone surrogate becomes U+FFFD
        Encoding.UTF8.GetBytes(text, bytes);
        _model.Encode(_normalizer.Normalize(bytes).WrittenSpan, ids, ref work);
    }
}
