using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>Contexts in an automaton: the request's own, which grows with it, or one of other texts.</summary>
/// <param name="name">The name, for statistics.</param>
/// <param name="automaton">The automaton, with statistics; its owner disposes it.</param>
/// <param name="grows">Whether the request's tokens are added to it.</param>
/// <param name="escapes">What was learned of such sources.</param>
internal sealed class AutomatonSource(string name, SuffixAutomaton automaton, bool grows, EscapeTable escapes) : ContextSource
{
    private readonly List<SuffixCursor> _paths = [];
    private SuffixCursor _context;
    private SuffixCursor _at;
    private Edge[] _edges = new Edge[64];

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override EscapeTable Escapes => escapes;

    /// <inheritdoc/>
    public override int Length => _at.Length;

    /// <inheritdoc/>
    public override void Append(int token)
    {
        if (grows)
        {
            automaton.Append(token);
            _context = new SuffixCursor(automaton.Match, automaton.MatchLength);
        }
        else
        {
            _context = _context.Advance(automaton, token);
        }
    }

    /// <inheritdoc/>
    public override void Clear() => _paths.Clear();

    /// <inheritdoc/>
    public override void Extend(int path, int token) => _paths.Add(Cursor(path).Advance(automaton, token));

    /// <inheritdoc/>
    public override void LookAt(int path) => _at = Cursor(path);

    /// <inheritdoc/>
    public override void Shorten()
    {
        var link = automaton.Link(_at.State);
        _at = link == SuffixAutomaton.None ? default : new SuffixCursor(link, automaton.Length(link));
    }

    /// <inheritdoc/>
    public override void AddFollowers(List<Follower> followers)
    {
        var degree = automaton.Degree(_at.State);
        if (degree > _edges.Length)
        {
            Array.Resize(ref _edges, 2 * degree);
        }

        var edges = _edges.AsSpan(0, degree);
        automaton.CopyEdges(_at.State, edges);
        foreach (var (token, target) in edges)
        {
            followers.Add(new Follower(token, automaton.Occurs(target)));
        }
    }

    private SuffixCursor Cursor(int path) => path == DraftTree.Context ? _context : _paths[path];
}
