using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>One request of a <see cref="BackoffTreeDrafter"/>.</summary>
internal sealed class BackoffTreeSession : IDraftSession
{
    private readonly BackoffTreeSettings _settings;
    private readonly AnswerNamespace? _answers;
    private readonly SuffixAutomaton _automaton;
    private readonly ContextSource[] _sources;
    private readonly List<int> _answer; // behind the last tokens of the prompt
    private readonly PriorityQueue<Candidate, double> _queue = new();
    private readonly HashSet<int> _seen = [];
    private readonly List<Follower> _followers = [];
    private readonly RecycledRest? _rest;
    private bool _isAnswered;

    /// <summary>Begins a request.</summary>
    /// <param name="settings">Sizes.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="automaton">The automaton of the request, which the session disposes.</param>
    /// <param name="sources">Where contexts are looked for; of equally long ones the first goes first.</param>
    /// <param name="answers">Takes the answer in at the end; null if none does.</param>
    /// <param name="rest">Drafts what the sources leave; null if nothing does.</param>
    public BackoffTreeSession(
        BackoffTreeSettings settings, ReadOnlySpan<int> prompt, SuffixAutomaton automaton, ContextSource[] sources, AnswerNamespace? answers, RecycledRest? rest)
    {
        (_settings, _automaton, _sources, _answers, _rest) = (settings, automaton, sources, answers, rest);
        foreach (var token in prompt)
        {
            Read(token);
        }

        _answer = [.. prompt[^Math.Min(prompt.Length, settings.PromptTail)..]];
    }

    /// <inheritdoc/>
    public bool Watches => _rest is not null;

    /// <inheritdoc/>
    public void Watch(int token, ReadOnlySpan<float> logits) => _rest?.Watch(token, logits);

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            Learn(token);
            _rest?.Learn(token);
            Read(token);
        }

        _answer.AddRange(tokens);
        _isAnswered |= !tokens.IsEmpty;
    }

    /// <inheritdoc/>
    public void Draft(DraftTree tree, int limit)
    {
        ArgumentNullException.ThrowIfNull(tree);
        _queue.Clear();
        foreach (var source in _sources)
        {
            source.Clear();
        }

        _rest?.Begin();
        Expand(DraftTree.Context, _answer.Count == 0 ? RecyclingTable.None : _answer[^1], 1);
        var nodes = Math.Min(limit, _settings.MaxRows - 1);
        while (tree.Count < nodes && _queue.TryDequeue(out var best, out _))
        {
            tree.Source = tree.Count == 0 ? best.Source : tree.Source;
            var node = tree.Add(best.Path, best.Token, best.Probability);
            foreach (var source in _sources)
            {
                source.Extend(best.Path, best.Token);
            }

            Expand(node, best.Token, best.Probability);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _automaton.Dispose();
        if (_isAnswered)
        {
            _answers?.Add([.. _answer]);
        }
    }

    private void Read(int token)
    {
        foreach (var source in _sources)
        {
            source.Append(token);
        }
    }

    // What each context of each source foretold, down to the first that knew the token.
    private void Learn(int token)
    {
        foreach (var source in _sources)
        {
            for (source.LookAt(DraftTree.Context); source.Length > 0; source.Shorten())
            {
                var (followers, total) = Followers(source);
                var isNew = followers.TrueForAll(follower => follower.Token != token);
                if (total > 0)
                {
                    source.Escapes.Learn(source.Length, followers.Count, total, isNew);
                }

                if (!isNew)
                {
                    break;
                }
            }
        }
    }

    private void Expand(int path, int token, double probability)
    {
        _seen.Clear();
        foreach (var source in _sources)
        {
            source.LookAt(path);
        }

        for (var order = 0; order < _settings.Orders && probability >= _settings.MinProbability; order++)
        {
            var source = Longest();
            if (source.Length == 0)
            {
                break;
            }

            var (followers, total) = Followers(source);
            var unseen = followers.Where(follower => !_seen.Contains(follower.Token)).Sum(follower => (double)follower.Count);
            if (unseen > 0)
            {
                var escape = source.Escapes.Escape(source.Length, followers.Count, total);
                foreach (var (follower, count) in followers)
                {
                    if (_seen.Add(follower))
                    {
                        Offer(new Candidate(path, follower, probability * (1 - escape) * (count / unseen), source.Name));
                    }
                }

                probability *= escape;
            }

            source.Shorten();
        }

        if (_rest is not null && probability >= _settings.MinProbability)
        {
            foreach (var (follower, share) in _rest.Followers(token, _seen, isFirst: path == DraftTree.Context))
            {
                Offer(new Candidate(path, follower, probability * share, RecycledRest.Source));
            }
        }
    }

    private (List<Follower> Followers, int Total) Followers(ContextSource source)
    {
        _followers.Clear();
        source.AddFollowers(_followers);
        return (_followers, (int)Math.Min(_followers.Sum(follower => (long)follower.Count), int.MaxValue));
    }

    // Of equally long contexts the one of the request itself goes first, then the newest answers.
    private ContextSource Longest()
    {
        var longest = _sources[0];
        foreach (var source in _sources)
        {
            longest = source.Length > longest.Length ? source : longest;
        }

        return longest;
    }

    private void Offer(Candidate candidate)
    {
        if (candidate.Probability >= _settings.MinProbability)
        {
            _queue.Enqueue(candidate, -candidate.Probability);
        }
    }

    private readonly record struct Candidate(int Path, int Token, double Probability, string Source);
}
