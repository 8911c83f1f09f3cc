using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// SAM Decoding's dynamic draft (paper 3.3): what followed the first occurrence of the longest suffix of prompt and answer
/// that occurred before.
/// </summary>
/// <param name="settings">Lengths.</param>
public sealed class SamChainDrafter(SamChainSettings? settings = null) : IDrafter
{
    private readonly SamChainSettings _settings = settings ?? new SamChainSettings();

    /// <inheritdoc/>
    public string Name => "sam";

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => new Session(prompt, _settings);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Session : IDraftSession
    {
        private readonly SuffixAutomaton _automaton = new();
        private readonly SamChainSettings _settings;

        public Session(ReadOnlySpan<int> prompt, SamChainSettings settings)
        {
            _settings = settings;
            _automaton.Append(prompt);
        }

        public void Append(ReadOnlySpan<int> tokens) => _automaton.Append(tokens);

        public void Draft(DraftTree tree, int limit)
        {
            var state = _automaton.Match;
            var wanted = Math.Min(_settings.Length(_automaton.MatchLength), limit);
            while (_settings.ClimbsLinks && state != SuffixAutomaton.Root
                && _automaton.Text.Length - 1 - _automaton.FirstEnd(state) < wanted)
            {
                state = _automaton.Link(state);
            }

            if (state != SuffixAutomaton.Root && wanted > 0)
            {
                var follows = _automaton.Text[(_automaton.FirstEnd(state) + 1)..];
                tree.Source = "dynamic";
                tree.AddChain(follows[..Math.Min(wanted, follows.Length)]);
            }
        }

        public void Dispose() => _automaton.Dispose();
    }
}
