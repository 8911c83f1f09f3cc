using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// REST (arXiv 2311.08252): the longest suffix of the context, of 2 to 16 tokens, that a corpus holds, and the tree of the
/// most frequent continuations of up to 10 tokens there, 64 nodes at most.
/// </summary>
/// <param name="indexes">The corpora; their owner disposes them.</param>
public sealed class RestDrafter(IReadOnlyList<SuffixIndex> indexes) : IDrafter
{
    private const int Longest = 16;
    private const int Shortest = 2;
    private const int Depth = 10;
    private const int Nodes = 64;

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => new Session(new IndexMatcher(indexes), prompt);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Session : IDraftSession
    {
        private readonly IndexMatcher _matcher;
        private readonly IndexFollower[] _followers = new IndexFollower[Nodes]; // a tree holds no more of one parent
        private readonly PriorityQueue<(int Parent, int Token, int Count, IndexCursor From), long> _queue = new();

        public Session(IndexMatcher matcher, ReadOnlySpan<int> prompt)
        {
            _matcher = matcher;
            _matcher.Append(prompt);
        }

        public void Append(ReadOnlySpan<int> tokens) => _matcher.Append(tokens);

        public void Draft(DraftTree tree, int limit)
        {
            if (_matcher.Length < Shortest)
            {
                return;
            }

            var segment = _matcher.Segments[_matcher.Longest];
            var context = _matcher.Cursors[_matcher.Longest];
            for (var shorter = context; shorter.Length > Longest; shorter = segment.Link(shorter))
            {
                context = shorter; // the shortest context of those at least as long
            }

            tree.Source = "static";
            _queue.Clear();
            Offer(segment, DraftTree.Context, context);
            while (tree.Count < Math.Min(Nodes, limit) && _queue.TryDequeue(out var best, out _))
            {
                var node = tree.Add(best.Parent, best.Token, (double)best.Count / segment.Occurs(context));
                if (tree.Nodes[node].Depth < Depth)
                {
                    Offer(segment, node, segment.Advance(best.From, best.Token));
                }
            }
        }

        public void Dispose()
        {
        }

        private void Offer(IndexSegment segment, int parent, IndexCursor at)
        {
            var known = segment.FrequentFollowers(at, _followers);
            foreach (var (token, count) in _followers.AsSpan(0, known))
            {
                _queue.Enqueue((parent, token, count, at), -count);
            }
        }
    }
}
