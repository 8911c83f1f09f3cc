using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// Trees from a model of the text itself: the context and, along the suffix links, its shorter suffixes foretell the next
/// token by what followed them before, each with the share that the longer ones leave to it (PPM). The tree holds the most
/// probable paths, best first.
/// </summary>
public sealed class BackoffTreeDrafter(BackoffTreeSettings? settings = null) : IDrafter
{
    private readonly BackoffTreeSettings _settings = settings ?? new BackoffTreeSettings();
    private readonly EscapeTable _escapes = new();

    /// <inheritdoc/>
    public string Name => "backoff";

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt)
    {
        var session = new Session(_settings, _escapes);
        session.Begin(prompt);
        return session;
    }

    private sealed class Session(BackoffTreeSettings settings, EscapeTable escapes) : IDraftSession
    {
        private readonly SuffixAutomaton _automaton = new(hasStatistics: true);
        private readonly PriorityQueue<Candidate, double> _queue = new();
        private readonly HashSet<int> _excluded = [];
        private readonly List<(int Token, int Target, int Count)> _children = [];

        public void Begin(ReadOnlySpan<int> prompt) => _automaton.Append(prompt);

        public void Append(ReadOnlySpan<int> tokens)
        {
            foreach (var token in tokens)
            {
                Learn(token);
                _automaton.Append(token);
            }
        }

        public void Draft(DraftTree tree, int limit)
        {
            _queue.Clear();
            Expand(DraftTree.Context, 1, _automaton.Match, _automaton.MatchLength);
            var nodes = Math.Min(limit, settings.MaxRows - 1);
            while (tree.Count < nodes && _queue.TryDequeue(out var next, out _))
            {
                var node = tree.Add(next.Parent, next.Token, next.Probability);
                Expand(node, next.Probability, next.State, next.Length);
            }

            tree.Source = "dynamic";
        }

        public void Dispose() => _automaton.Dispose();

        private void Learn(int token)
        {
            var length = _automaton.MatchLength;
            for (var state = _automaton.Match; state > SuffixAutomaton.Root; state = _automaton.Link(state))
            {
                var isNew = _automaton.Next(state, token) == SuffixAutomaton.None;
                var degree = _automaton.Degree(state);
                if (degree > 0)
                {
                    var total = degree == 1 ? _automaton.Occurs(_automaton.EdgesOf(state).First().Target) : _automaton.EdgesOf(state).Sum(e => _automaton.Occurs(e.Target));
                    escapes.Learn(Math.Min(length, _automaton.Length(state)), degree, total, isNew);
                }

                if (!isNew)
                {
                    break;
                }
            }
        }

        private void Expand(int parent, double probability, int state, int length)
        {
            _excluded.Clear();
            var rest = probability;
            for (var order = 0; order < settings.Orders && state > SuffixAutomaton.Root && rest >= settings.MinProbability; order++)
            {
                _children.Clear();
                var (total, all) = (0, 0);
                foreach (var (token, target) in _automaton.EdgesOf(state))
                {
                    var count = _automaton.Occurs(target);
                    all += count;
                    if (!_excluded.Contains(token))
                    {
                        _children.Add((token, target, count));
                        total += count;
                    }
                }

                if (all > 0)
                {
                    var degree = _automaton.Degree(state);
                    var escape = settings.LearnsEscapes
                        ? escapes.Escape(Math.Min(length, _automaton.Length(state)), degree, all)
                        : (double)degree / (all + degree);
                    foreach (var (token, target, count) in _children)
                    {
                        var path = rest * (1 - escape) * count / total;
                        if (path >= settings.MinProbability)
                        {
                            _queue.Enqueue(
                                new Candidate(parent, token, target, Math.Min(length, _automaton.Length(state)) + 1, path), -path);
                        }

                        _excluded.Add(token);
                    }

                    rest *= _children.Count > 0 ? escape : 1;
                }

                state = _automaton.Link(state);
            }
        }

        private readonly record struct Candidate(int Parent, int Token, int State, int Length, double Probability);
    }
}
