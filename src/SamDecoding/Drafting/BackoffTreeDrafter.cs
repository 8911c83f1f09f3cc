using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// Trees from a model of the text itself: the context and, along the suffix links, its shorter suffixes foretell the next
/// token by what followed them before, each with the share that the longer ones leave to it (prediction by partial
/// matching). Several sources are mixed by the length of their contexts: prompt and answer, predicted outputs, earlier
/// answers, corpora. The tree holds the most probable paths, best first.
/// </summary>
public sealed class BackoffTreeDrafter : IDrafter
{
    private readonly BackoffTreeSettings _settings;
    private readonly AnswerCache? _cache;
    private readonly DraftSources _texts;
    private readonly SuffixAutomaton? _predictions;
    private readonly EscapeTable _ofContext = new();
    private readonly EscapeTable _ofPredictions = new();
    private readonly EscapeTable _ofAnswers = new();
    private readonly EscapeTable _ofIndexes = new();

    /// <summary>Makes a drafter.</summary>
    /// <param name="settings">Sizes.</param>
    /// <param name="cache">Earlier answers; null for none. Drafters may share one.</param>
    /// <param name="texts">Other texts.</param>
    public BackoffTreeDrafter(BackoffTreeSettings? settings = null, AnswerCache? cache = null, DraftSources? texts = null)
    {
        (_settings, _cache, _texts) = (settings ?? new BackoffTreeSettings(), cache, texts ?? DraftSources.None);
        if (_texts.Predictions.Count > 0)
        {
            _predictions = new SuffixAutomaton(hasStatistics: true);
            foreach (var prediction in _texts.Predictions)
            {
                _predictions.BeginDocument();
                _predictions.Append([.. prediction]);
            }
        }
    }

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt)
    {
        var automaton = new SuffixAutomaton(hasStatistics: true);
        ContextSource[] sources =
        [
            new AutomatonSource("context", automaton, grows: true, _ofContext),
            .. _predictions is null ? Array.Empty<ContextSource>() : [new AutomatonSource("prediction", _predictions, grows: false, _ofPredictions)],
            .. (_cache?.Generations ?? []).Reverse().Select(
                generation => new AutomatonSource("answers", generation, grows: false, _ofAnswers)),
            .. _texts.Indexes.SelectMany(index => index.Segments).Select(segment => new IndexSource(segment, _ofIndexes)),
        ];
        return new BackoffTreeSession(_settings, prompt, automaton, sources, _cache);
    }

    /// <inheritdoc/>
    public void Dispose() => _predictions?.Dispose();
}
