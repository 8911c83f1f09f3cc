using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>Contexts in a segment of a frozen index.</summary>
/// <param name="segment">The segment; its owner disposes the index.</param>
/// <param name="escapes">What was learned of such sources.</param>
internal sealed class IndexSource(IndexSegment segment, EscapeTable escapes) : ContextSource
{
    // The thousandth follower has a share below the least probability of a path (BackoffTreeSettings.MinProbability).
    private readonly IndexFollower[] _followers = new IndexFollower[1024];
    private readonly List<IndexCursor> _paths = [];
    private IndexCursor _context;
    private IndexCursor _at;

    /// <inheritdoc/>
    public override string Name => "index";

    /// <inheritdoc/>
    public override EscapeTable Escapes => escapes;

    /// <inheritdoc/>
    public override int Length => _at.Length;

    /// <inheritdoc/>
    public override void Append(int token) => _context = segment.Advance(_context, token);

    /// <inheritdoc/>
    public override void Clear() => _paths.Clear();

    /// <inheritdoc/>
    public override void Extend(int path, int token) => _paths.Add(segment.Advance(Cursor(path), token));

    /// <inheritdoc/>
    public override void LookAt(int path) => _at = Cursor(path);

    /// <inheritdoc/>
    public override void Shorten() => _at = segment.Link(_at);

    /// <inheritdoc/>
    public override void AddFollowers(List<Follower> followers)
    {
        var known = segment.FrequentFollowers(_at, _followers);
        foreach (var (token, count) in _followers.AsSpan(0, known))
        {
            followers.Add(new Follower(token, Math.Max(count, 1))); // a damaged file may hold anything
        }
    }

    private IndexCursor Cursor(int path) => path == DraftTree.Context ? _context : _paths[path];
}
