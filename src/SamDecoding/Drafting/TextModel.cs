using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// What texts foretell of one request: the longest context that any of them knows gives what followed it, and leaves a share to the next shorter one
/// (prediction by partial matching). Its answer is added to the earlier ones at the end.
/// </summary>
internal sealed class TextModel : IDisposable
{
    private readonly BackoffTreeSettings _settings;
    private readonly AnswerNamespace? _answers;
    private readonly SuffixAutomaton _automaton;
    private readonly ContextSource[] _sources;
    private readonly List<int> _answer; // behind the last tokens of the prompt
    private readonly HashSet<int> _seen = [];
    private readonly List<Follower> _followers = [];
    private readonly List<Foretold> _foretold = [];
    private bool _isAnswered;

    /// <summary>Begins a request.</summary>
    /// <param name="settings">Sizes.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="automaton">The automaton of the request, which the model disposes.</param>
    /// <param name="sources">Where contexts are looked for; of equally long ones the first goes first.</param>
    /// <param name="answers">Takes the answer in at the end; null if none does.</param>
    public TextModel(
        BackoffTreeSettings settings, ReadOnlySpan<int> prompt, SuffixAutomaton automaton, ContextSource[] sources, AnswerNamespace? answers)
    {
        (_settings, _automaton, _sources, _answers) = (settings, automaton, sources, answers);
        foreach (var token in prompt)
        {
            Read(token);
        }

        _answer = [.. prompt[^Math.Min(prompt.Length, settings.PromptTail)..]];
    }

    /// <summary>Gets the last certain token; null if there is none.</summary>
    public int? Last => _answer.Count == 0 ? null : _answer[^1];

    /// <summary>Gets the tokens that the last <see cref="Foretell"/> gave.</summary>
    public IReadOnlySet<int> Seen => _seen;

    /// <summary>Gets the length of the longest context that the last <see cref="Foretell"/> found.</summary>
    public int Length { get; private set; }

    /// <summary>Adds a certain token of the answer, and learns how it was foretold.</summary>
    public void Append(int token)
    {
        Learn(token);
        Read(token);
        _answer.Add(token);
        _isAnswered = true;
    }

    /// <summary>Forgets the drafted paths.</summary>
    public void Clear()
    {
        foreach (var source in _sources)
        {
            source.Clear();
        }
    }

    /// <summary>Adds a drafted path: one that was added before, or the context, and a token.</summary>
    /// <param name="path">The number of the shorter path in the order of their adding, or <see cref="DraftTree.Context"/>.</param>
    /// <param name="token">The token.</param>
    public void Extend(int path, int token)
    {
        foreach (var source in _sources)
        {
            source.Extend(path, token);
        }
    }

    /// <summary>Foretells the token behind a path.</summary>
    /// <param name="path">The path, or the context.</param>
    /// <param name="probability">How likely the path is.</param>
    /// <param name="least">The least probability of a path that is of use: what is less likely may be missing.</param>
    /// <param name="left">How likely it is that the path comes and none of these tokens behind it.</param>
    /// <returns>Tokens and how likely the path with each is; lent until the next call.</returns>
    public IReadOnlyList<Foretold> Foretell(int path, double probability, double least, out double left)
    {
        _seen.Clear();
        _foretold.Clear();
        foreach (var source in _sources)
        {
            source.LookAt(path);
        }

        Length = Longest().Length;
        for (var order = 0; order < _settings.Orders && probability >= least; order++)
        {
            var source = Longest();
            if (source.Length == 0)
            {
                break;
            }

            probability *= AddUnseen(source, probability, least);
            source.Shorten();
        }

        left = probability;
        return _foretold;
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

    /// <summary>Adds what followed a context and was not foretold yet.</summary>
    /// <returns>The share that is left to shorter contexts.</returns>
    private double AddUnseen(ContextSource source, double probability, double least)
    {
        var total = Follow(source);
        var unseen = 0.0;
        foreach (var (follower, count) in _followers)
        {
            unseen += _seen.Contains(follower) ? 0 : count;
        }

        if (unseen == 0)
        {
            return 1;
        }

        var escape = source.Escapes.Escape(source.Length, _followers.Count, total);
        var share = probability * (1 - escape) / unseen;
        foreach (var (follower, count) in _followers)
        {
            if (_seen.Add(follower) && share * count >= least)
            {
                _foretold.Add(new Foretold(follower, share * count, source.Name));
            }
        }

        return escape;
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
                var total = Follow(source);
                var isNew = true;
                foreach (var (follower, _) in _followers)
                {
                    isNew &= follower != token;
                }

                if (total > 0)
                {
                    source.Escapes.Learn(source.Length, _followers.Count, total, isNew);
                }

                if (!isNew)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Looks up what followed a context, and returns how often anything did.</summary>
    private int Follow(ContextSource source)
    {
        _followers.Clear();
        source.AddFollowers(_followers);
        long total = 0;
        foreach (var (_, count) in _followers)
        {
            total += count;
        }

        return (int)Math.Min(total, int.MaxValue);
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
}
