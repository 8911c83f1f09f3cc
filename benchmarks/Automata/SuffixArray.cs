namespace LlmEfficiency.Benchmarks.Automata;

/// <summary>
/// The baseline: a text of two-byte ids and the sorted places of its suffixes (REST, arXiv 2311.08252). A suffix of the
/// context, of 16 tokens at most, is found by halving.
/// </summary>
internal sealed class SuffixArray
{
    private const int Longest = 16;
    private const ushort Separator = ushort.MaxValue;

    private readonly ushort[] _text;
    private readonly int[] _places;

    /// <summary>Sorts the suffixes of documents.</summary>
    public SuffixArray(IEnumerable<int[]> documents)
    {
        _text = [.. documents.SelectMany(document => document.Select(token => checked((ushort)token)).Append(Separator))];
        _places = SuffixSorting.Sort([.. _text.Select(token => (int)token)], Separator + 1);
    }

    /// <summary>Gets the size in bytes.</summary>
    public long Bytes => ((long)_text.Length * sizeof(ushort)) + ((long)_places.Length * sizeof(int));

    /// <summary>Copies what follows an occurrence of the longest suffix of a context, trying the longest first as REST does.</summary>
    /// <returns>How many tokens there are.</returns>
    public int DraftLongestFirst(ReadOnlySpan<ushort> context, Span<int> draft)
    {
        for (var length = Math.Min(Longest, context.Length); length > 0; length--)
        {
            if (Find(context[^length..]) is >= 0 and var place)
            {
                return Copy(place + length, draft);
            }
        }

        return 0;
    }

    /// <summary>Does the same, but halves the lengths too: what occurs, occurs with fewer tokens.</summary>
    /// <returns>How many tokens there are.</returns>
    public int DraftHalving(ReadOnlySpan<ushort> context, Span<int> draft)
    {
        var (known, unknown, found) = (0, Math.Min(Longest, context.Length) + 1, 0);
        while (unknown - known > 1)
        {
            var length = known + Math.Max((unknown - known) / 3, 1); // few contexts are long
            if (Find(context[^length..]) is >= 0 and var place)
            {
                (known, found) = (length, place + length);
            }
            else
            {
                unknown = length;
            }
        }

        return known == 0 ? 0 : Copy(found, draft);
    }

    // The place of the first suffix that begins with a string, or -1.
    private int Find(ReadOnlySpan<ushort> wanted)
    {
        var (low, high) = (0, _places.Length);
        while (low < high)
        {
            var middle = low + ((high - low) >> 1);
            var suffix = _text.AsSpan(_places[middle]);
            (low, high) = suffix[..Math.Min(suffix.Length, wanted.Length)].SequenceCompareTo(wanted) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low < _places.Length && _text.AsSpan(_places[low]).StartsWith(wanted) ? _places[low] : -1;
    }

    private int Copy(int start, Span<int> draft)
    {
        var count = 0;
        for (; count < draft.Length && _text[start + count] != Separator; count++)
        {
            draft[count] = _text[start + count];
        }

        return count;
    }
}
