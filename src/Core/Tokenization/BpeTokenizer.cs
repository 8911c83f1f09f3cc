using System.Buffers;
using System.Text;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Merging;
using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization;

/// <summary>
/// Byte-pair encoding over bytes (GPT-2, Llama 3, Qwen) or characters (SentencePiece). The time grows linearly with the
/// text, times a logarithm where a single piece is very long. Many threads may use one tokenizer.
/// </summary>
public sealed class BpeTokenizer : ITokenizer
{
    private readonly BpeModel _model;
    private readonly ReadOnlyMemory<byte>[] _bytes; // [Vocabulary.Size], empty for specials and holes
    private readonly AddedTokenMatcher _ordinary;   // in raw text
    private readonly AddedTokenMatcher _all;        // in raw text, specials included
    private readonly AddedTokenMatcher _normalized; // in normalized text
    private readonly IReadOnlyList<INormalizer> _normalizers;
    private readonly IPreTokenizer? _preTokenizer;

    internal BpeTokenizer(BpeDefinition definition)
    {
        Definition = definition;
        _normalizers = definition.Normalizers;
        _preTokenizer = definition.PreTokenizer ?? WordStarts(definition);
        _model = new BpeModel(definition.Tokens, definition.Pairs, definition.Model);
        _bytes = DecodedTokens.Of(definition);

        var raw = definition.Added.Where(t => t.IsSpecial || !t.IsNormalized).Select(t => (t.Content, t)).ToArray();
        _all = new AddedTokenMatcher(raw);
        _ordinary = new AddedTokenMatcher([.. raw.Where(t => !t.t.IsSpecial)]);
        _normalized = new AddedTokenMatcher(
            [.. definition.Added.Where(t => !t.IsSpecial && t.IsNormalized).Select(
                t => (Normalize(t.Content, true), t))]);
    }

    /// <inheritdoc/>
    public Vocabulary Vocabulary => Definition.Vocabulary;

    /// <summary>Gets what it was made of, so that it can be written.</summary>
    internal BpeDefinition Definition { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text, SpecialTokenHandling specials = SpecialTokenHandling.AsText) =>
        Encode(text, specials, out _);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> BytesOf(int id) => (uint)id < (uint)_bytes.Length ? _bytes[id] : default;

    /// <summary>Encodes and counts the steps of merging.</summary>
    internal IReadOnlyList<int> Encode(string text, SpecialTokenHandling specials, out long work)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = WellFormed(text);
        var ids = new List<int>((text.Length / 3) + 4);
        var matcher = specials == SpecialTokenHandling.AsToken ? _all : _ordinary;
        var start = 0;
        work = 0;
        foreach (var match in matcher.Find(text))
        {
            EncodeStretch(text, start, match.Start, ids, ref work);
            ids.Add(match.Id);
            start = match.End;
        }

        EncodeStretch(text, start, text.Length, ids, ref work);
        return ids;
    }

    private static string WellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return text;
        }

        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // a lone surrogate comes as U+FFFD
        {
            whole.Append(rune);
        }

        return whole.ToString();
    }

    // No token has a space mark behind another character: then nothing merges across the beginning of a word, and words
    // can be taken one by one, with the same result.
    private static WordStartPreTokenizer? WordStarts(BpeDefinition definition)
    {
        var tokens = definition.Tokens;
        var mark = "▁"u8;
        if (definition.Model.SymbolsAreBytes || definition.Model.IgnoresMerges || tokens.Find(mark) < 0)
        {
            return null;
        }

        for (var id = 0; id < tokens.Count; id++)
        {
            var spelling = tokens[id];
            while (spelling.StartsWith(mark))
            {
                spelling = spelling[mark.Length..];
            }

            if (spelling.IndexOf(mark) >= 0)
            {
                return null;
            }
        }

        return new WordStartPreTokenizer(BpeDefinition.SpaceMark);
    }

    private void EncodeStretch(string text, int start, int end, List<int> ids, ref long work)
    {
        if (start >= end)
        {
            return;
        }

        var normal = Normalize(text[start..end], start == 0);
        var at = 0;
        foreach (var match in _normalized.Find(normal))
        {
            EncodePieces(normal.AsSpan(at, match.Start - at), ids, ref work);
            ids.Add(match.Id);
            at = match.End;
        }

        EncodePieces(normal.AsSpan(at), ids, ref work);
    }

    private string Normalize(string text, bool isFirst)
    {
        foreach (var normalizer in _normalizers)
        {
            text = normalizer.Normalize(text, isFirst);
        }

        return text;
    }

    private void EncodePieces(ReadOnlySpan<char> text, List<int> ids, ref long work)
    {
        if (text.IsEmpty)
        {
            return;
        }

        var ends = new List<int>();
        if (_preTokenizer is null)
        {
            ends.Add(text.Length);
        }
        else
        {
            _preTokenizer.Split(text, ends);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(256);
        var start = 0;
        foreach (var end in ends)
        {
            var most = (end - start) * 3;
            if (most > buffer.Length)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(most);
            }

            var length = Encoding.UTF8.GetBytes(text[start..end], buffer);
            _model.Encode(buffer.AsSpan(0, length), ids, ref work);
            start = end;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}
