using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// Trees from a model of the text itself: the context and, along the suffix links, its shorter suffixes foretell the next
/// token by what followed them before, each with the share that the longer ones leave to it (PPM). Sources are mixed by the
/// length of their contexts. The tree holds the most probable paths, best first.
/// </summary>
public sealed class BackoffTreeDrafter(BackoffTreeSettings? settings = null) : IDrafter
{
    private readonly BackoffTreeSettings _settings = settings ?? new BackoffTreeSettings();
    private readonly EscapeTable _dynamicEscapes = new();
    private readonly EscapeTable _sharedEscapes = new();
    private readonly SuffixAutomaton _cache = new(hasStatistics: true);

    /// <inheritdoc/>
    public string Name => "backoff";

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt)
    {
        var session = new Session(this);
        session.Begin(prompt);
        return session;
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    private sealed class Source(SuffixAutomaton automaton, EscapeTable escapes)
    {
        public SuffixAutomaton Automaton => automaton;
        public EscapeTable Escapes => escapes;
    }

    private sealed class Session : IDraftSession
    {
        private readonly SuffixAutomaton _automaton = new(hasStatistics: true);
        private readonly PriorityQueue<Candidate, double> _queue = new();
        private readonly HashSet<int> _excluded = [];
        private readonly List<(int Token, int Count)> _children = [];
        private readonly BackoffTreeSettings _settings;
        private readonly BackoffTreeDrafter _owner;
        private readonly Source[] _sources;
        private readonly SuffixCursor[] _at;
        private readonly List<SuffixCursor> _cursors = []; // [node][source]
        private readonly List<int> _response = [];

        public Session(BackoffTreeDrafter owner)
        {
            _owner = owner;
            _settings = owner._settings;
            _sources = _settings.Caches
                ? [new Source(_automaton, owner._dynamicEscapes), new Source(owner._cache, owner._sharedEscapes)]
                : [new Source(_automaton, owner._dynamicEscapes)];
            _at = new SuffixCursor[_sources.Length];
        }

        public void Begin(ReadOnlySpan<int> prompt)
        {
            _automaton.Append(prompt);
            _at[0] = new SuffixCursor(_automaton.Match, _automaton.MatchLength);
            for (var s = 1; s < _sources.Length; s++)
            {
                foreach (var token in prompt)
                {
                    _at[s] = _at[s].Advance(_sources[s].Automaton, token);
                }
            }

            _response.AddRange(prompt[^Math.Min(prompt.Length, _settings.PromptTail)..]);
        }

        public void Append(ReadOnlySpan<int> tokens)
        {
            foreach (var token in tokens)
            {
                for (var s = 0; s < _sources.Length; s++)
                {
                    Learn(s, token);
                }

                _automaton.Append(token);
                _at[0] = new SuffixCursor(_automaton.Match, _automaton.MatchLength);
                for (var s = 1; s < _sources.Length; s++)
                {
                    _at[s] = _at[s].Advance(_sources[s].Automaton, token);
                }
            }

            _response.AddRange(tokens);
        }

        public void Draft(DraftTree tree, int limit)
        {
            _queue.Clear();
            _cursors.Clear();
            Expand(DraftTree.Context, 1, _at);
            var nodes = Math.Min(limit, _settings.MaxRows - 1);
            Span<SuffixCursor> next = stackalloc SuffixCursor[_sources.Length];
            while (tree.Count < nodes && _queue.TryDequeue(out var best, out _))
            {
                var node = tree.Add(best.Parent, best.Token, best.Probability);
                for (var s = 0; s < _sources.Length; s++)
                {
                    var from = best.Parent < 0 ? _at[s] : _cursors[(best.Parent * _sources.Length) + s];
                    next[s] = from.Advance(_sources[s].Automaton, best.Token);
                    _cursors.Add(next[s]);
                }

                Expand(node, best.Probability, next);
            }

            tree.Source = "dynamic";
        }

        public void Dispose()
        {
            _automaton.Dispose();
            if (_settings.Caches)
            {
                _owner._cache.BeginDocument();
                _owner._cache.Append([.. _response]);
            }
        }

        private void Learn(int s, int token)
        {
            var (automaton, escapes) = (_sources[s].Automaton, _sources[s].Escapes);
            var (state, length) = _at[s];
            for (; state > SuffixAutomaton.Root; state = automaton.Link(state), length = automaton.Length(state))
            {
                var isNew = automaton.Next(state, token) == SuffixAutomaton.None;
                var degree = automaton.Degree(state);
                if (degree > 0)
                {
                    var total = 0;
                    foreach (var edge in automaton.EdgesOf(state))
                    {
                        total += automaton.Occurs(edge.Target);
                    }

                    escapes.Learn(length, degree, total, isNew);
                }

                if (!isNew)
                {
                    break;
                }
            }
        }

        private void Expand(int parent, double probability, ReadOnlySpan<SuffixCursor> at)
        {
            _excluded.Clear();
            Span<SuffixCursor> cursors = stackalloc SuffixCursor[at.Length];
            at.CopyTo(cursors);
            var rest = probability;
            for (var order = 0; order < _settings.Orders && rest >= _settings.MinProbability; order++)
            {
                var s = 0;
                for (var other = 1; other < cursors.Length; other++)
                {
                    s = cursors[other].Length > cursors[s].Length ? other : s;
                }

                var (state, length) = cursors[s];
                if (length == 0)
                {
                    break;
                }

                var automaton = _sources[s].Automaton;
                _children.Clear();
                var (total, all) = (0, 0);
                foreach (var (token, target) in automaton.EdgesOf(state))
                {
                    var count = automaton.Occurs(target);
                    all += count;
                    if (!_excluded.Contains(token))
                    {
                        _children.Add((token, count));
                        total += count;
                    }
                }

                if (all > 0)
                {
                    var degree = automaton.Degree(state);
                    var escape = _settings.LearnsEscapes
                        ? _sources[s].Escapes.Escape(length, degree, all)
                        : (double)degree / (all + degree);
                    foreach (var (token, count) in _children)
                    {
                        var path = rest * (1 - escape) * count / total;
                        if (path >= _settings.MinProbability)
                        {
                            _queue.Enqueue(new Candidate(parent, token, path), -path);
                        }

                        _excluded.Add(token);
                    }

                    rest *= _children.Count > 0 ? escape : 1;
                }

                state = automaton.Link(state);
                cursors[s] = new SuffixCursor(state, automaton.Length(state));
            }
        }

        private readonly record struct Candidate(int Parent, int Token, double Probability);
    }
}
