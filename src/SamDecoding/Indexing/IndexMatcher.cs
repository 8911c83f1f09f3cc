namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// Follows one stream of tokens in all segments of several indexes. Not for several threads; each has its own.
/// </summary>
public sealed class IndexMatcher
{
    private readonly IndexSegment[] _segments;
    private readonly IndexCursor[] _cursors;

    /// <summary>Begins with the empty stream.</summary>
    /// <param name="indexes">The indexes, the preferred ones first; they stay the caller's.</param>
    public IndexMatcher(params IEnumerable<SuffixIndex> indexes)
    {
        _segments = [.. indexes.SelectMany(index => index.Segments)];
        _cursors = new IndexCursor[_segments.Length];
    }

    /// <summary>Gets the segments of all indexes.</summary>
    public IReadOnlyList<IndexSegment> Segments => _segments;

    /// <summary>Gets the longest suffix in each segment; a copy of it is a place to return to.</summary>
    public ReadOnlySpan<IndexCursor> Cursors => _cursors;

    /// <summary>Gets which segment has the longest suffix: the first of several, and 0 if none has any.</summary>
    public int Longest
    {
        get
        {
            var longest = 0;
            for (var segment = 1; segment < _cursors.Length; segment++)
            {
                longest = _cursors[segment].Length > _cursors[longest].Length ? segment : longest;
            }

            return longest;
        }
    }

    /// <summary>Gets the length of the longest suffix that occurs anywhere.</summary>
    public int Length => _cursors.Length == 0 ? 0 : _cursors[Longest].Length;

    /// <summary>Reads a token.</summary>
    /// <exception cref="Core.Errors.MalformedFileException">A file is damaged.</exception>
    public void Append(int token)
    {
        for (var segment = 0; segment < _segments.Length; segment++)
        {
            _cursors[segment] = _segments[segment].Advance(_cursors[segment], token);
        }
    }

    /// <summary>Reads tokens.</summary>
    /// <exception cref="Core.Errors.MalformedFileException">A file is damaged.</exception>
    public void Append(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            Append(token);
        }
    }

    /// <summary>Goes back to an earlier place, or begins anew with no cursors.</summary>
    /// <param name="cursors">A copy of <see cref="Cursors"/>.</param>
    public void Restore(ReadOnlySpan<IndexCursor> cursors)
    {
        _cursors.AsSpan().Clear();
        cursors.CopyTo(_cursors);
    }

    /// <summary>Reads what follows the first occurrence of the longest suffix.</summary>
    /// <returns>How many tokens there are, up to the length of <paramref name="continuation"/>.</returns>
    public int Continuation(Span<int> continuation) =>
        _cursors.Length == 0 ? 0 : _segments[Longest].Continuation(_cursors[Longest], continuation);
}
