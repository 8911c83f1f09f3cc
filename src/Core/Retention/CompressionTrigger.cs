namespace LlmEfficiency.Core.Retention;

/// <summary>Says which sequences are too long: by budget and interval, or, where prompts are compressed, by the budget behind a prompt.</summary>
/// <param name="settings">How the cache is kept small.</param>
/// <param name="sequences">How many sequences there are.</param>
internal sealed class CompressionTrigger(RetentionSettings settings, int sequences)
{
    private readonly bool[] _isPrompt = new bool[sequences];

    /// <summary>Returns whether the latest tokens of a sequence are of its prompt.</summary>
    public bool IsPrompt(int sequence) => _isPrompt[sequence];

    /// <summary>Notes what a pass ran.</summary>
    /// <param name="rows">The sequences that it ran, how many tokens of each, and whether its prompt goes on.</param>
    /// <param name="seen">Returns how many tokens a sequence has taken in.</param>
    /// <returns>The sequences that may be compressed, ascending.</returns>
    public List<int> Open(IEnumerable<(int Sequence, int Tokens, bool GoesOn)> rows, Func<int, int> seen)
    {
        var open = new List<int>();
        foreach (var (sequence, tokens, goesOn) in rows)
        {
            _isPrompt[sequence] |= goesOn || tokens > 1 || seen(sequence) == tokens;
            if (!goesOn)
            {
                open.Add(sequence);
            }
        }

        open.Sort();
        return open;
    }

    /// <summary>Returns whether a layer of a sequence is too long.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="length">How many slots it fills there.</param>
    /// <param name="budget">How many the layer keeps.</param>
    public bool IsDue(int sequence, int length, int budget) =>
        length >= budget + settings.Interval || (length > budget && settings.CompressesPrompt && _isPrompt[sequence]);

    /// <summary>Notes that the prompts of the opened sequences are over.</summary>
    public void Close(List<int> open) => open.ForEach(sequence => _isPrompt[sequence] = false);

    /// <summary>Follows a sequence that was cut to a length.</summary>
    public void Truncate(int sequence, int length) => _isPrompt[sequence] &= length > 0;

    /// <summary>Follows a copy.</summary>
    public void Copy(int source, int target) => _isPrompt[target] = _isPrompt[source];
}
