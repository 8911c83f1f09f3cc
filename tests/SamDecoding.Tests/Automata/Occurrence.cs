namespace LlmEfficiency.SamDecoding.Tests.Automata;

/// <summary>What there is to know about substrings, by looking everywhere.</summary>
internal static class Occurrence
{
    /// <summary>Returns where a string ends in the documents, as positions of the joined text; the empty string ends nowhere.</summary>
    public static List<int> Ends(IReadOnlyList<int[]> documents, ReadOnlySpan<int> text)
    {
        var (ends, start) = (new List<int>(), 0);
        foreach (var document in documents)
        {
            for (var end = text.Length; end <= document.Length && text.Length > 0; end++)
            {
                if (document.AsSpan(end - text.Length, text.Length).SequenceEqual(text))
                {
                    ends.Add(start + end - 1);
                }
            }

            start += document.Length + 1;
        }

        return ends;
    }

    /// <summary>Returns every different substring.</summary>
    public static IReadOnlyList<int[]> Substrings(IReadOnlyList<int[]> documents)
    {
        var known = new Dictionary<string, int[]>();
        foreach (var document in documents)
        {
            for (var start = 0; start < document.Length; start++)
            {
                for (var end = start + 1; end <= document.Length; end++)
                {
                    known.TryAdd(string.Join(',', document[start..end]), document[start..end]);
                }
            }
        }

        return [.. known.Values];
    }

    /// <summary>Returns the longest suffix of a stream that occurs in the documents.</summary>
    public static int LongestSuffix(IReadOnlyList<int[]> documents, ReadOnlySpan<int> stream)
    {
        for (var start = 0; start < stream.Length; start++)
        {
            if (Ends(documents, stream[start..]).Count > 0)
            {
                return stream.Length - start;
            }
        }

        return 0;
    }
}
