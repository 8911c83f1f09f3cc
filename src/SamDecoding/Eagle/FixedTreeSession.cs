using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Eagle;

/// <summary>EAGLE's trees: one shape, filled with the likeliest followers level by level.</summary>
/// <param name="context">What the head has read.</param>
/// <param name="template">The shape.</param>
internal sealed class FixedTreeSession(HeadContext context, RecyclingTemplate template) : EagleSession(context)
{
    private readonly HashSet<int> _branching = [.. template.Parents];
    private readonly Dictionary<int, (int Place, int Read)> _known = [];                        // of the template's nodes: in the tree, and among those that were read
    private readonly Dictionary<int, IReadOnlyList<TokenLogProbability>> _followers = [];       // of the template's nodes that were read
    private readonly int _width = template.Ranks.Max() + 1;

    /// <inheritdoc/>
    protected override void Draft(DraftTree tree, int limit, ReadOnlySpan<float> logits)
    {
        _known.Clear();
        _followers.Clear();
        _followers[DraftTree.Context] = LogProbabilities.Top(logits, _width);
        _known[DraftTree.Context] = (DraftTree.Context, DraftTree.Context);
        var (read, level) = (0, new List<int>());
        for (var node = 0; node < template.Parents.Count && tree.Count < limit; node++)
        {
            if (!_followers.ContainsKey(template.Parents[node]))
            {
                read += Read(tree, level);        // the next level begins
            }

            var (parent, rank) = (template.Parents[node], template.Ranks[node]);
            if (!_followers.TryGetValue(parent, out var followers) || rank >= followers.Count)
            {
                continue;
            }

            var probability = parent == DraftTree.Context ? 1 : tree.Nodes[_known[parent].Place].Probability;
            var place = tree.Add(_known[parent].Place, followers[rank].Id, probability * Math.Exp(followers[rank].LogProbability));
            if (_branching.Contains(node))
            {
                _known[node] = (place, read + level.Count);
                level.Add(node);
            }
        }
    }

    private int Read(DraftTree tree, List<int> level)
    {
        var count = level.Count;
        if (count == 0)
        {
            return 0;
        }

        var logits = Context.Expand([.. level.Select(node => (_known[template.Parents[node]].Read, tree.Nodes[_known[node].Place].Token))]);
        for (var row = 0; row < count; row++)
        {
            _followers[level[row]] = LogProbabilities.Top(logits[row], _width);
        }

        level.Clear();
        return count;
    }
}
