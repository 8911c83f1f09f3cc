using LlmEfficiency.Core.Sampling;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Eagle;

/// <summary>
/// The tokens that EAGLE-2 looks at for a draft, level by level (Li et al. 2024, EAGLE-2, 4.1 and 4.2). A path is no likelier than its beginning, and
/// of equals the earlier goes first, so that what is chosen hangs together.
/// </summary>
/// <param name="width">How many followers of a token are looked at, and how many tokens of a level are expanded.</param>
internal sealed class CandidatePool(int width)
{
    private readonly List<Candidate> _candidates = [];
    private int _level;     // where the latest level begins

    /// <summary>Gets the candidates, each behind its parent.</summary>
    public IReadOnlyList<Candidate> Candidates => _candidates;

    /// <summary>Forgets all.</summary>
    public void Clear() => _candidates.Clear();

    /// <summary>Begins a level.</summary>
    public void BeginLevel() => _level = _candidates.Count;

    /// <summary>Adds the likeliest followers of a candidate.</summary>
    /// <param name="parent">The candidate, or the context.</param>
    /// <param name="logits">The logits behind it, <c>[vocab]</c>.</param>
    public void Offer(int parent, ReadOnlySpan<float> logits)
    {
        Span<int> tokens = stackalloc int[width];
        LargestLogits.Find(logits, tokens);
        var reached = (parent < 0 ? 0 : _candidates[parent].Score) - LogProbabilities.LogSumExp(logits);
        foreach (var token in tokens)
        {
            if (token != RecyclingTable.None)
            {
                Add(new Candidate(parent, token, reached + logits[token]));
            }
        }
    }

    /// <summary>Adds a candidate to the level.</summary>
    public void Add(Candidate candidate) =>
        _candidates.Add(candidate with { Score = Math.Min(candidate.Score, candidate.Parent < 0 ? 0 : _candidates[candidate.Parent].Score) });

    /// <summary>Returns the likeliest candidates of the latest level, which are expanded.</summary>
    public int[] Beam() => Likeliest(_level, width);

    /// <summary>Returns the likeliest candidates of all levels, which are drafted: each behind its parent.</summary>
    /// <param name="count">How many at most.</param>
    public int[] Rerank(int count) => Likeliest(0, count);

    // The sort is stable: of equals the earlier one stays first.
    private int[] Likeliest(int first, int count) =>
        [.. Enumerable.Range(first, _candidates.Count - first).OrderByDescending(candidate => _candidates[candidate].Score).Take(count)];
}
