using System.Text;
using LlmEfficiency.Core.Tokenization.Merging;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>
/// Turns a pair table into a list of merges in which each has a rank of its own, and which gives the same ids.
/// </summary>
internal static class MergeOrder
{
    /// <summary>Returns the merges, the first to go first.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">Tokens with equal scores hang on each other.</exception>
    public static IReadOnlyList<PairMerge> Of(BpeDefinition definition)
    {
        var all = definition.Pairs.InOrder();
        return HaveOwnRanks(all) ? all : Untied([.. LastMerges(definition, all)]);
    }

    private static bool HaveOwnRanks(IReadOnlyList<PairMerge> merges)
    {
        for (var i = 1; i < merges.Count; i++)
        {
            if (merges[i].Rank == merges[i - 1].Rank)
            {
                return false;
            }
        }

        return true;
    }

    // A token arises where nothing merged across its ends before; so it arises as in a text of its spelling alone, and
    // its last merge there is the only one that ever makes it.
    private static IEnumerable<PairMerge> LastMerges(BpeDefinition definition, IReadOnlyList<PairMerge> all)
    {
        foreach (var made in all.DistinctBy(pair => pair.Merged))
        {
            var (symbols, work) = (FirstSymbols(definition, made.Merged), 0L);
            if (Array.IndexOf(symbols, -1) < 0
                && SymbolMerger.MergeShort(symbols, definition.Pairs, ref work, fewest: 2) == 2
                && definition.Pairs.Find(symbols[0], symbols[1]) is not PairTable.None and var found
                && (int)found == made.Merged)
            {
                yield return new PairMerge(symbols[0], symbols[1], made.Rank, made.Merged);
            }
        }
    }

    private static int[] FirstSymbols(BpeDefinition definition, int id)
    {
        var spelling = definition.Tokens[id];
        var symbols = new List<int>();
        for (var length = 1; !spelling.IsEmpty; spelling = spelling[length..])
        {
            if (!definition.Model.SymbolsAreBytes)
            {
                Rune.DecodeFromUtf8(spelling, out _, out length);
            }

            symbols.Add(definition.Tokens.Find(spelling[..length]));
        }

        return [.. symbols];
    }

    private static List<PairMerge> Untied(IReadOnlyList<PairMerge> merges)
    {
        var firstUse = new Dictionary<int, int>(); // of a token as a part: the lowest rank
        foreach (var part in merges.SelectMany(m => new[] { (m.Left, m.Rank), (m.Right, m.Rank) }))
        {
            firstUse[part.Item1] = Math.Min(firstUse.GetValueOrDefault(part.Item1, int.MaxValue), part.Rank);
        }

        var ordered = new List<PairMerge>(merges.Count);
        foreach (var tied in merges.GroupBy(m => m.Rank).Select(group => group.ToArray()))
        {
            if (tied.Length > 1
                && Array.FindIndex(tied, m => firstUse.GetValueOrDefault(m.Merged, int.MaxValue) <= m.Rank) is >= 0 and var at)
            {
                throw Tied(tied[at], "and merges further at once");
            }

            ordered.AddRange(tied.Length > 1 ? LeftmostFirst(tied) : tied);
        }

        return ordered;
    }

    // Of two merges that share their middle token, the left one goes first: an order of the tokens, if there is one.
    private static List<PairMerge> LeftmostFirst(PairMerge[] tied)
    {
        var byLeft = tied.ToLookup(m => m.Left);
        var before = tied.Where(m => m.Left != m.Right).CountBy(m => m.Right).ToDictionary();
        var free = new PriorityQueue<int, int>(
            byLeft.Where(group => !before.ContainsKey(group.Key)).Select(group => (group.Key, group.Key)));
        var ordered = new List<PairMerge>(tied.Length);
        while (free.TryDequeue(out var left, out _))
        {
            foreach (var merge in byLeft[left].OrderByDescending(m => m.Right == left).ThenBy(m => m.Right))
            {
                ordered.Add(merge);
                if (merge.Right != left && --before[merge.Right] == 0)
                {
                    free.Enqueue(merge.Right, merge.Right);
                }
            }
        }

        return ordered.Count == tied.Length
            ? ordered
            : throw Tied(tied.Except(ordered).First(), "and no order of merges gives the leftmost first");
    }

    private static Errors.LlmEfficiencyException Tied(PairMerge merge, string why) =>
        TokenizerJsonWriter.Inexpressible($"token {merge.Merged} has the score of another token {why}");
}
