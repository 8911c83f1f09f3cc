namespace LlmEfficiency.Core.Tokenization.Merging;

/// <summary>Pair tables of formats that keep a rank per token instead of a list of merges.</summary>
internal static class PairTables
{
    // A spelling this long takes part in no merge; it bounds the work on a file made to be slow.
    private const int LongestSpelling = 1024;

    /// <summary>
    /// Lets two tokens merge wherever their joined spelling is a token, in the order of that token's rank.
    /// </summary>
    /// <param name="tokens">All spellings. A part that cannot be found in it takes part in no merge.</param>
    /// <param name="rankOf">The rank of a token, or -1 if merging never makes it.</param>
    /// <param name="wholeCharacters">Cuts only between UTF-8 characters, where a part must be text.</param>
    public static PairTable FromRanks(TokenTable tokens, Func<int, int> rankOf, bool wholeCharacters)
    {
        var pairs = new PairTable(tokens.Count * 3);
        for (var id = 0; id < tokens.Count; id++)
        {
            var spelling = tokens[id];
            var rank = rankOf(id);
            if (rank < 0 || spelling.Length > LongestSpelling || tokens.Find(spelling) != id)
            {
                continue;
            }

            for (var cut = 1; cut < spelling.Length; cut++)
            {
                if (!(wholeCharacters && (spelling[cut] & 0xC0) == 0x80)
                    && tokens.Find(spelling[..cut]) is >= 0 and var left
                    && tokens.Find(spelling[cut..]) is >= 0 and var right)
                {
                    pairs.Add(left, right, rank, id);
                }
            }
        }

        return pairs;
    }
}
