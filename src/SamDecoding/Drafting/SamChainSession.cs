using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>One request of a <see cref="SamChainDrafter"/>.</summary>
internal sealed class SamChainSession : IDraftSession
{
    private readonly SuffixAutomaton _automaton = new();
    private readonly SamChainSettings _settings;

    /// <summary>Begins a request.</summary>
    public SamChainSession(ReadOnlySpan<int> prompt, SamChainSettings settings)
    {
        _settings = settings;
        _automaton.Append(prompt);
    }

    /// <summary>Gets the length of the longest suffix that occurred before.</summary>
    public int MatchLength => _automaton.MatchLength;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<int> tokens) => _automaton.Append(tokens);

    /// <inheritdoc/>
    public void Draft(DraftTree tree, int limit)
    {
        var state = _automaton.Match;
        var wanted = Math.Min(_settings.Length(_automaton.MatchLength), limit);
        if (state != SuffixAutomaton.Root && wanted > 0)
        {
            var follows = _automaton.Text[(_automaton.FirstEnd(state) + 1)..];
            tree.Source = "dynamic";
            tree.AddChain(follows[..Math.Min(wanted, follows.Length)]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _automaton.Dispose();
}
