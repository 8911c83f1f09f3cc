using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.Merging;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

/// <summary>
/// Gives merges of equal rank, of which the leftmost in the text goes first, an order that does the same in every text.
/// Llama 2 needs it: its runs of spaces share one score.
/// </summary>
internal static class TiedMerges
{
    private const int Most = 1024; // bounds the work, which is quadratic

    /// <summary>Returns the merges, the first to go first.</summary>
    /// <exception cref="LlmEfficiencyException">There is no such order.</exception>
    public static IReadOnlyList<PairMerge> Order(PairMerge[] tied)
    {
        if (tied.Length > Most)
        {
            throw Problem(tied[0], $"and of {tied.Length - 1} more");
        }

        var byLeft = Enumerable.Range(0, tied.Length).ToLookup(i => tied[i].Left);
        var byRight = Enumerable.Range(0, tied.Length).ToLookup(i => tied[i].Right);
        var after = new int[tied.Length][]; // the merges that must wait for this one
        var before = new int[tied.Length];  // how many this one still waits for
        for (var i = 0; i < tied.Length; i++)
        {
            after[i] = [.. RightParts(tied, byLeft, byRight, i).SelectMany(part => byLeft[part]).Where(k => k != i)];
            Array.ForEach(after[i], k => before[k]++);
        }

        var free = new PriorityQueue<int, (int, int)>();
        void Free(int i) => free.Enqueue(i, (tied[i].Left, tied[i].Right));
        Array.ForEach([.. Enumerable.Range(0, tied.Length).Where(i => before[i] == 0)], Free);
        var ordered = new List<PairMerge>(tied.Length);
        while (free.TryDequeue(out var next, out _))
        {
            ordered.Add(tied[next]);
            Array.ForEach([.. after[next].Where(k => --before[k] == 0)], Free);
        }

        return ordered.Count == tied.Length
            ? ordered
            : throw Problem(tied.Except(ordered).First(), "and no order of merges lets the leftmost go first");
    }

    /// <summary>Returns the failure of a token whose score another one has too.</summary>
    public static LlmEfficiencyException Problem(PairMerge merge, string why) =>
        TokenizerJsonWriter.Inexpressible($"token {merge.Merged} has the score of another token {why}");

    // What this merge may take from a merge further right: its own right part, and those that its token and the tokens
    // made of that one take next.
    private static HashSet<int> RightParts(
        PairMerge[] tied, ILookup<int, int> byLeft, ILookup<int, int> byRight, int merge)
    {
        var (parts, open, seen) = (new HashSet<int> { tied[merge].Right }, new Stack<int>([merge]), new HashSet<int>());
        while (open.TryPop(out var at))
        {
            var made = tied[at].Merged;
            parts.UnionWith(byLeft[made].Select(next => tied[next].Right));
            foreach (var next in byLeft[made].Concat(byRight[made]).Where(seen.Add))
            {
                open.Push(next);
            }
        }

        return parts;
    }
}
