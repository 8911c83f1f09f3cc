namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>The tokens that follow a string, in no particular order; for <c>foreach</c>, without allocation.</summary>
public struct IndexFollowers
{
    private readonly IndexSegment _segment;
    private readonly IndexCursor _cursor;
    private readonly int _count;
    private int _next;

    internal IndexFollowers(IndexSegment segment, in IndexCursor cursor)
    {
        (_segment, _cursor) = (segment, cursor);
        _count = segment.Degree(cursor);
    }

    /// <summary>Gets the follower that <see cref="MoveNext"/> went to.</summary>
    public IndexFollower Current { get; private set; }

    /// <summary>Returns the followers themselves.</summary>
    public readonly IndexFollowers GetEnumerator() => this;

    /// <summary>Goes on to the next follower.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="Core.Errors.MalformedFileException">The file is damaged.</exception>
    public bool MoveNext()
    {
        if (_next >= _count)
        {
            return false;
        }

        Current = _segment.Follower(_cursor, _next++);
        return true;
    }
}
