namespace LlmEfficiency.Core.Simd;

/// <summary>The items of a job that one part works on, a piece at a time.</summary>
internal struct SharedItems
{
    private readonly SharedRange[]? _shares;
    private readonly int _part;
    private readonly int _piece;
    private int _others;

    /// <summary>Takes from the front of the own share, and then from behind of the others'.</summary>
    /// <param name="shares">What is left of each part's share.</param>
    /// <param name="part">The part.</param>
    /// <param name="piece">How many items are taken at once.</param>
    public SharedItems(SharedRange[] shares, int part, int piece) => (_shares, _part, _piece) = (shares, part, piece);

    /// <summary>Gives one piece.</summary>
    /// <param name="only">The first item and the one behind the last; none if they are the same.</param>
    public SharedItems((int First, int End) only) => Current = only;

    /// <summary>Gets the first item of a piece and the one behind its last.</summary>
    public (int First, int End) Current { get; private set; }

    /// <summary>Goes to the next piece.</summary>
    public bool MoveNext()
    {
        if (_shares is null)
        {
            return _others++ == 0 && Current.First < Current.End;
        }

        for (; _others < _shares.Length; _others++)
        {
            Current = _shares[(_part + _others) % _shares.Length].Take(_piece, isLast: _others > 0);
            if (Current.First < Current.End)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gets itself, for loops.</summary>
    public readonly SharedItems GetEnumerator() => this;
}
