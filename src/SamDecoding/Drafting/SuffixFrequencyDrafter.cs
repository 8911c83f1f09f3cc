using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// SuffixDecoding's rules (arXiv 2411.04975), on automata instead of suffix trees, as a baseline: for each context a draft by
/// the plain shares of what followed it, as long as the context allows; the one with the largest sum of probabilities wins.
/// </summary>
public sealed class SuffixFrequencyDrafter(SuffixFrequencySettings? settings = null) : IDrafter
{
    private readonly SuffixFrequencySettings _settings = settings ?? new SuffixFrequencySettings();
    private SuffixAutomaton _earlier = new(hasStatistics: true);

    /// <summary>Gets the earlier answers.</summary>
    internal SuffixAutomaton Earlier => _earlier;

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => new Session(this, prompt);

    /// <inheritdoc/>
    public void Dispose() => _earlier.Dispose();

    private void Keep(ReadOnlySpan<int> answer)
    {
        _earlier.AppendDocuments(answer);
        while (_earlier.Bytes > _settings.CacheBytes && _earlier.Text.LastIndexOf(SuffixAutomaton.Separator) is >= 0 and var last)
        {
            // An automaton cannot forget. Half at once, so that an answer costs what it did, twice at most.
            var text = _earlier.Text;
            var half = text[(text.Length / 2)..].IndexOf(SuffixAutomaton.Separator);
            var kept = new SuffixAutomaton(hasStatistics: true);
            kept.AppendDocuments(text[((half < 0 ? last : (text.Length / 2) + half) + 1)..]);
            _earlier = kept; // open requests still read the other: the collector frees it
        }
    }

    private sealed class Session : IDraftSession
    {
        private readonly SuffixFrequencyDrafter _owner;
        private readonly SuffixFrequencySettings _settings;
        private readonly SuffixAutomaton _automaton = new(hasStatistics: true);
        private readonly List<int> _answer = [];
        private readonly PriorityQueue<(int Parent, int Token, int State, double Probability), double> _queue = new();
        private readonly DraftTree _trial = new();
        private readonly SuffixAutomaton _earlier; // of the beginning: cursors are no others'
        private SuffixCursor _shared;

        public Session(SuffixFrequencyDrafter owner, ReadOnlySpan<int> prompt)
        {
            (_owner, _settings, _earlier) = (owner, owner._settings, owner._earlier);
            _automaton.Append(prompt);
            Follow(prompt);
        }

        public void Append(ReadOnlySpan<int> tokens)
        {
            _automaton.Append(tokens);
            _answer.AddRange(tokens);
            Follow(tokens);
        }

        public void Draft(DraftTree tree, int limit)
        {
            var best = 0.0;
            Try(_automaton, new SuffixCursor(_automaton.Match, _automaton.MatchLength), "dynamic", tree, limit, ref best);
            Try(_earlier, _shared, "cache", tree, limit, ref best);
        }

        public void Dispose()
        {
            _automaton.Dispose();
            if (_settings.Caches && _answer.Count > 0)
            {
                _owner.Keep([.. _answer]);
            }
        }

        private void Follow(ReadOnlySpan<int> tokens)
        {
            foreach (var token in tokens)
            {
                _shared = _shared.Advance(_earlier, token);
            }
        }

        private void Try(SuffixAutomaton automaton, SuffixCursor at, string source, DraftTree tree, int limit, ref double best)
        {
            for (var (state, length) = at; state > SuffixAutomaton.Root; state = automaton.Link(state), length = automaton.Length(state))
            {
                var context = Math.Min(length, _settings.Depth);
                var score = Grow(automaton, state, (int)Math.Min(_settings.Factor * context, Math.Min(limit, _settings.MaxRows - 1)));
                if (score > best)
                {
                    best = score;
                    tree.Clear();
                    tree.Source = source;
                    foreach (var node in _trial.Nodes)
                    {
                        tree.Add(node.Parent, node.Token, node.Probability);
                    }
                }
            }
        }

        private double Grow(SuffixAutomaton automaton, int state, int nodes)
        {
            _trial.Clear();
            _queue.Clear();
            var sum = 0.0;
            Offer(automaton, DraftTree.Context, state, 1);
            while (_trial.Count < nodes && _queue.TryDequeue(out var next, out _))
            {
                var node = _trial.Add(next.Parent, next.Token, next.Probability);
                sum += next.Probability;
                if (!_settings.IsTree)
                {
                    _queue.Clear();
                }

                Offer(automaton, node, next.State, next.Probability);
            }

            return sum;
        }

        private void Offer(SuffixAutomaton automaton, int parent, int state, double probability)
        {
            foreach (var (token, target) in automaton.EdgesOf(state))
            {
                var path = probability * ((double)automaton.Occurs(target) / automaton.Occurs(state)); // never above the parent's by rounding
                if (path >= _settings.MinProbability)
                {
                    _queue.Enqueue((parent, token, target, path), -path);
                }
            }
        }
    }
}
