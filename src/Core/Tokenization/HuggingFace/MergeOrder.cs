using System.Text;
using LlmEfficiency.Core.Tokenization.Merging;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

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
        foreach (var merge in merges)
        {
            firstUse.TryAdd(merge.Left, merge.Rank); // merges come by rank
            firstUse.TryAdd(merge.Right, merge.Rank);
        }

        var ordered = new List<PairMerge>(merges.Count);
        foreach (var tied in merges.GroupBy(m => m.Rank).Select(group => group.ToArray()))
        {
            if (tied.Length > 1
                && Array.FindIndex(tied, m => firstUse.GetValueOrDefault(m.Merged, m.Rank) < m.Rank) is >= 0 and var at)
            {
                throw TiedMerges.Problem(tied[at], "and is a part of one with a higher score");
            }

            ordered.AddRange(tied.Length > 1 ? TiedMerges.Order(tied) : tied);
        }

        return ordered;
    }
}
