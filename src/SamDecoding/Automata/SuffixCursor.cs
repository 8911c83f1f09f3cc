namespace LlmEfficiency.SamDecoding.Automata;

/// <summary>
/// The longest suffix of a stream of tokens that occurs in an automaton that does not grow meanwhile (paper 3.3,
/// "Transfer"). A value: keeping an old one is a rollback.
/// </summary>
/// <param name="State">The state of the suffix; it may stand for longer strings.</param>
/// <param name="Length">The length of the suffix.</param>
public readonly record struct SuffixCursor(int State, int Length)
{
    /// <summary>Reads a token; amortised at most two moves.</summary>
    public SuffixCursor Advance(SuffixAutomaton automaton, int token)
    {
        ArgumentNullException.ThrowIfNull(automaton);
        var (state, length) = this;
        int next;
        while ((next = automaton.Next(state, token)) == SuffixAutomaton.None)
        {
            if (state == SuffixAutomaton.Root)
            {
                return default;
            }

            state = automaton.Link(state);
            length = automaton.Length(state);
        }

        return new SuffixCursor(next, length + 1);
    }
}
