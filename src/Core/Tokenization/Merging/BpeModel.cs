using System.Buffers;
using System.Text;

namespace LlmEfficiency.Core.Tokenization.Merging;

/// <summary>The part of a BPE tokenizer that turns the bytes of one piece into ids.</summary>
internal sealed class BpeModel(TokenTable tokens, PairTable pairs, BpeModelOptions options)
{
    private const byte Whole = 1;
    private const byte Apart = 2;

    private readonly int[] _byteIds = [.. Enumerable.Range(0, 256).Select(value => tokens.Find([(byte)value]))];

    // Whether the merges of a token's own spelling end in that token: found out once for each token. Threads may race
    // to write a cell, but they write the same value.
    private readonly byte[] _reached = new byte[tokens.Count];

    /// <summary>Appends the ids of a piece.</summary>
    /// <param name="piece">UTF-8.</param>
    /// <param name="ids">Where the ids go.</param>
    /// <param name="work">Grows by the number of steps taken.</param>
    public void Encode(ReadOnlySpan<byte> piece, List<int> ids, ref long work)
    {
        var whole = tokens.Find(piece);
        work++;
        if (whole >= 0 && (options.IgnoresMerges || _reached[whole] == Whole))
        {
            ids.Add(whole);
            return;
        }

        // A character becomes at most as many symbols as it has bytes.
        var rented = ArrayPool<int>.Shared.Rent(piece.Length);
        var length = options.SymbolsAreBytes ? FromBytes(piece, rented) : FromCharacters(piece, rented);
        var symbols = rented.AsSpan(0, length);
        var count = SymbolMerger.Merge(symbols, pairs, ref work);
        ids.AddRange(symbols[..count]);
        if (whole >= 0)
        {
            _reached[whole] = count == 1 && symbols[0] == whole ? Whole : Apart;
        }

        ArrayPool<int>.Shared.Return(rented);
    }

    private int FromBytes(ReadOnlySpan<byte> piece, Span<int> symbols)
    {
        var count = 0;
        foreach (var value in piece)
        {
            var id = _byteIds[value] >= 0 ? _byteIds[value] : options.Unknown ?? -1;
            Append(symbols, ref count, id);
        }

        return count;
    }

    private int FromCharacters(ReadOnlySpan<byte> piece, Span<int> symbols)
    {
        var count = 0;
        while (!piece.IsEmpty)
        {
            Rune.DecodeFromUtf8(piece, out _, out var length);
            var id = tokens.Find(piece[..length]);
            if (id >= 0 || !AppendBytes(piece[..length], symbols, ref count))
            {
                Append(symbols, ref count, id >= 0 ? id : options.Unknown ?? -1);
            }

            piece = piece[length..];
        }

        return count;
    }

    private bool AppendBytes(ReadOnlySpan<byte> character, Span<int> symbols, ref int count)
    {
        foreach (var value in character)
        {
            if (options.ByteFallback is null || options.ByteFallback[value] < 0)
            {
                return false;
            }
        }

        foreach (var value in character)
        {
            symbols[count++] = options.ByteFallback![value];
        }

        return true;
    }

    private void Append(Span<int> symbols, ref int count, int id)
    {
        var isRepeatedUnknown = id == options.Unknown && options.FusesUnknown && count > 0 && symbols[count - 1] == id;
        if (id >= 0 && !isRepeatedUnknown)
        {
            symbols[count++] = id;
        }
    }
}
