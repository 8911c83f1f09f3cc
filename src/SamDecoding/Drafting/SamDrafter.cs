using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// SAM Decoding as in the paper: the chain behind the longest match in prompt and answer (3.3), or, where the static corpus
/// has a match that is longer by more than the bias, the tree of what follows there (3.4; Algorithm 4), best first by the
/// product of the shares of occurrences.
/// </summary>
/// <param name="settings">Lengths and selection.</param>
/// <param name="indexes">The static corpora; their owner disposes them.</param>
public sealed class SamDrafter(SamSettings? settings = null, IReadOnlyList<SuffixIndex>? indexes = null) : IDrafter
{
    private readonly SamSettings _settings = settings ?? new SamSettings();
    private readonly SamChainDrafter _dynamic = new((settings ?? new SamSettings()).Chain);

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => new Session(_settings, _dynamic.OpenChain(prompt), indexes ?? [], prompt);

    /// <inheritdoc/>
    public void Dispose() => _dynamic.Dispose();

    private sealed class Session : IDraftSession
    {
        private readonly SamSettings _settings;
        private readonly SamChainSession _dynamic;
        private readonly IndexMatcher _static;
        private readonly PriorityQueue<Candidate, double> _queue = new();
        private readonly IndexFollower[] _followers;
        private readonly List<int> _widths = [];

        public Session(SamSettings settings, SamChainSession dynamic, IReadOnlyList<SuffixIndex> indexes, ReadOnlySpan<int> prompt)
        {
            (_settings, _dynamic, _static) = (settings, dynamic, new IndexMatcher(indexes));
            _followers = new IndexFollower[settings.Successors];
            _static.Append(prompt);
        }

        public void Append(ReadOnlySpan<int> tokens)
        {
            _dynamic.Append(tokens);
            _static.Append(tokens);
        }

        public void Draft(DraftTree tree, int limit)
        {
            if (_settings.UsesStatic(_dynamic.MatchLength, _static.Length))
            {
                Grow(tree, Math.Min(_settings.Chain.Length(_static.Length - _settings.Bias), limit));
            }
            else if (_settings.UsesContext)
            {
                _dynamic.Draft(tree, limit);
            }
        }

        public void Dispose() => _dynamic.Dispose();

        private void Grow(DraftTree tree, int nodes)
        {
            var segment = _static.Segments[_static.Longest];
            _queue.Clear();
            _widths.Clear();
            Offer(segment, DraftTree.Context, _static.Cursors[_static.Longest], 1);
            while (tree.Count < nodes && _queue.TryDequeue(out var best, out _))
            {
                var depth = best.Parent == DraftTree.Context ? 0 : tree.Nodes[best.Parent].Depth;
                if (depth == _widths.Count)
                {
                    _widths.Add(0);
                }

                if (_widths[depth] < _settings.Successors) // the official code's cap; the paper has none
                {
                    _widths[depth]++;
                    var node = tree.Add(best.Parent, best.Token, best.Probability);
                    Offer(segment, node, segment.Advance(best.From, best.Token), best.Probability);
                }
            }

            tree.Source = "static";
        }

        private void Offer(IndexSegment segment, int parent, IndexCursor at, double probability)
        {
            var (known, occurs) = (segment.FrequentFollowers(at, _followers), segment.Occurs(at));
            foreach (var (token, count) in _followers.AsSpan(0, known))
            {
                var path = probability * ((double)count / occurs); // never above the parent's, not even by rounding
                _queue.Enqueue(new Candidate(parent, token, at, path), -path);
            }
        }

        private readonly record struct Candidate(int Parent, int Token, IndexCursor From, double Probability);
    }
}
