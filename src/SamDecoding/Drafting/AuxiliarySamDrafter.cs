using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// SAM Decoding beside an auxiliary drafter, as in the paper (3.4): where the longer of the match in prompt and answer and the one in the static
/// corpus, less the bias, has at least the threshold's length, the chain behind it is drafted; else the auxiliary drafts.
/// </summary>
/// <param name="auxiliary">Drafts where matches are short; this drafter disposes it.</param>
/// <param name="settings">Lengths and selection; the paper's 40 rows, bias 5 and threshold 5 if null.</param>
/// <param name="indexes">The static corpora; their owner disposes them.</param>
public sealed class AuxiliarySamDrafter(
    IDrafter auxiliary, AuxiliarySamSettings? settings = null, IReadOnlyList<SuffixIndex>? indexes = null) : IDrafter
{
    private readonly AuxiliarySamSettings _settings = settings ?? new AuxiliarySamSettings();

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt)
    {
        var dynamic = new SamChainSession(prompt, _settings.Sam.Chain);
        try
        {
            return new Session(_settings, auxiliary.Open(prompt), dynamic, indexes ?? [], prompt);
        }
        catch
        {
            dynamic.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => auxiliary.Dispose();

    private sealed class Session : IDraftSession
    {
        private readonly AuxiliarySamSettings _settings;
        private readonly IDraftSession _auxiliary;
        private readonly SamChainSession _dynamic;
        private readonly IndexMatcher _static;
        private readonly int[] _continuation;

        public Session(
            AuxiliarySamSettings settings, IDraftSession auxiliary, SamChainSession dynamic, IReadOnlyList<SuffixIndex> indexes, ReadOnlySpan<int> prompt)
        {
            (_settings, _auxiliary, _dynamic, _static) = (settings, auxiliary, dynamic, new IndexMatcher(indexes));
            _continuation = new int[settings.Sam.Chain.MaxRows];
            _static.Append(prompt);
        }

        public bool Watches => _auxiliary.Watches;

        public bool WatchesPrompt => _auxiliary.WatchesPrompt;

        public void Append(ReadOnlySpan<int> tokens)
        {
            _dynamic.Append(tokens);
            _static.Append(tokens);
            _auxiliary.Append(tokens);
        }

        public bool FollowsFeatures => _auxiliary.FollowsFeatures;

        public void Watch(int token, ReadOnlySpan<float> logits) => _auxiliary.Watch(token, logits);

        public void Follow(int position, ReadOnlySpan<float> features) => _auxiliary.Follow(position, features);

        public void Draft(DraftTree tree, int limit)
        {
            ArgumentNullException.ThrowIfNull(tree);
            var (inContext, inCorpus) = (_dynamic.MatchLength, _static.Length);
            if (!_settings.UsesAutomata(inContext, inCorpus))
            {
                _auxiliary.Draft(tree, limit);
            }
            else if (_settings.Sam.UsesStatic(inContext, inCorpus))
            {
                var wanted = Math.Min(_settings.Sam.Chain.Length(inCorpus), limit);
                tree.AddChain(_continuation.AsSpan(0, _static.Continuation(_continuation.AsSpan(0, wanted))));
                tree.Source = "static";
            }
            else if (_settings.Sam.UsesContext)
            {
                _dynamic.Draft(tree, limit);
            }
        }

        public void Dispose()
        {
            try
            {
                _auxiliary.Dispose();
            }
            finally
            {
                _dynamic.Dispose();
            }
        }
    }
}
