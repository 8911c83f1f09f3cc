namespace LlmEfficiency.Core.Tokenization.Merging;

/// <summary>
/// Byte-pair encoding of one piece: the pair of lowest rank merges first, of equal ranks the leftmost.
/// </summary>
internal static class SymbolMerger
{
    private const int ShortPiece = 40;

    /// <summary>Merges symbols in place.</summary>
    /// <param name="symbols">
    /// On entry the first tokens of the piece; on return the merged ones at its beginning.
    /// </param>
    /// <param name="pairs">What merges.</param>
    /// <param name="work">
    /// Grows by the number of pairs looked up or taken from the queue, for tests of its growth.
    /// </param>
    /// <returns>How many tokens are left.</returns>
    public static int Merge(Span<int> symbols, PairTable pairs, ref long work) =>
        symbols.Length <= ShortPiece ? MergeShort(symbols, pairs, ref work) : MergeLong(symbols, pairs, ref work);

    /// <summary>Quadratic in the length, and fastest for words; ends at <paramref name="fewest"/> tokens.</summary>
    internal static int MergeShort(Span<int> symbols, PairTable pairs, ref long work, int fewest = 1)
    {
        var count = symbols.Length;
        Span<long> found = stackalloc long[Math.Min(count, 1024)]; // pair of symbol i and i + 1
        for (var i = 0; i + 1 < count; i++)
        {
            found[i] = pairs.Find(symbols[i], symbols[i + 1]);
        }

        work += count;
        while (count > fewest && Best(found, count - 1) is >= 0 and var at)
        {
            symbols[at] = (int)found[at];
            count--;
            symbols[(at + 2)..(count + 1)].CopyTo(symbols[(at + 1)..]);
            found[(at + 1)..count].CopyTo(found[at..]);
            if (at > 0)
            {
                found[at - 1] = pairs.Find(symbols[at - 1], symbols[at]);
            }

            if (at + 1 < count)
            {
                found[at] = pairs.Find(symbols[at], symbols[at + 1]);
            }

            work += 2;
        }

        return count;
    }

    /// <summary>n log n in the length: a linked list of symbols and a queue of pairs, stale ones skipped.</summary>
    internal static int MergeLong(Span<int> symbols, PairTable pairs, ref long work)
    {
        var (next, previous) = (new int[symbols.Length], new int[symbols.Length]);
        var queue = new KeyHeap(symbols.Length);
        for (var i = 0; i < symbols.Length; i++)
        {
            (next[i], previous[i]) = (i + 1, i - 1);
        }

        for (var i = 0; i + 1 < symbols.Length; i++)
        {
            Enqueue(queue, i, pairs.Find(symbols[i], symbols[i + 1]), ref work);
        }

        while (queue.Count > 0)
        {
            // rank << 32 | position of the left symbol: equal ranks leave from left to right
            var key = queue.Pop();
            var (at, after) = ((int)(uint)key, next[(int)(uint)key]);
            work++;
            if (symbols[at] < 0 || after == symbols.Length
                || pairs.Find(symbols[at], symbols[after]) is var found && found >> 32 != (long)(key >> 32))
            {
                continue;
            }

            (symbols[at], symbols[after], next[at]) = ((int)found, -1, next[after]);
            if (next[at] < symbols.Length)
            {
                previous[next[at]] = at;
                Enqueue(queue, at, pairs.Find(symbols[at], symbols[next[at]]), ref work);
            }

            if (previous[at] >= 0)
            {
                Enqueue(queue, previous[at], pairs.Find(symbols[previous[at]], symbols[at]), ref work);
            }
        }

        return Compact(symbols);
    }

    private static int Best(ReadOnlySpan<long> found, int count)
    {
        var (best, at) = (PairTable.None >> 32, -1);
        for (var i = 0; i < count; i++)
        {
            if (found[i] >> 32 < best)
            {
                (best, at) = (found[i] >> 32, i);
            }
        }

        return at;
    }

    private static void Enqueue(KeyHeap queue, int at, long found, ref long work)
    {
        work++;
        if (found != PairTable.None)
        {
            queue.Push(((ulong)(found >> 32) << 32) | (uint)at);
        }
    }

    private static int Compact(Span<int> symbols)
    {
        var count = 0;
        foreach (var symbol in symbols)
        {
            if (symbol >= 0)
            {
                symbols[count++] = symbol;
            }
        }

        return count;
    }
}
