using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Eagle;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// Trees from a model of the text itself: the context and, along the suffix links, its shorter suffixes foretell the next
/// token by what followed them before, each with the share that the longer ones leave to it (prediction by partial
/// matching). Several sources are mixed by the length of their contexts: prompt and answer, predicted outputs, earlier
/// answers, corpora. What they leave goes to the candidates of Token Recycling, if they are kept. The tree holds the most probable paths, best first.
/// With a draft head, paths are as probable as texts and head together say.
/// </summary>
public sealed class BackoffTreeDrafter : IDrafter
{
    private readonly BackoffTreeSettings _settings;
    private readonly AnswerNamespace? _answers;
    private readonly DraftSources _texts;
    private readonly SuffixAutomaton? _predictions;
    private readonly SourceEscapes _escapes;
    private readonly RecyclingTable? _recycled;
    private readonly EagleHead? _head;
    private readonly EagleSettings _shape = new();
    private readonly MixtureWeights _weights = new();
    private readonly HeadChoice _choice = new();
    private readonly TimeProvider _time;

    /// <summary>Makes a drafter.</summary>
    /// <param name="settings">Sizes.</param>
    /// <param name="answers">Earlier answers, to which those of this drafter are added, and what was learned with them; null for none.
    /// Drafters may share one.</param>
    /// <param name="texts">Other texts; their earlier answers are not looked at.</param>
    /// <param name="recycled">What the model expected behind tokens before, for the share that all contexts leave; null for none.</param>
    /// <param name="head">A draft head, which takes that share and has its say in the rest; its owner disposes it; null for none.</param>
    /// <param name="time">The clock, by which it is seen whether the head pays; the system's if null.</param>
    /// <exception cref="ArgumentException">Recycled candidates and a head are given: only one can have what texts leave.</exception>
    public BackoffTreeDrafter(
        BackoffTreeSettings? settings = null,
        AnswerNamespace? answers = null,
        DraftSources? texts = null,
        RecyclingTable? recycled = null,
        EagleHead? head = null,
        TimeProvider? time = null)
    {
        if (recycled is not null && head is not null)
        {
            throw new ArgumentException("either recycled candidates or a head take what texts leave", nameof(head));
        }

        (_settings, _answers, _texts, _recycled, _head) = (settings ?? new BackoffTreeSettings(), answers, texts ?? DraftSources.None, recycled, head);
        _time = time ?? TimeProvider.System;
        _escapes = answers?.Escapes ?? new SourceEscapes();
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
            new AutomatonSource("context", automaton, grows: true, _escapes.Context),
            .. _predictions is null ? Array.Empty<ContextSource>() : [new AutomatonSource("prediction", _predictions, grows: false, _escapes.Predictions)],
            .. (_answers?.Read() ?? []).Reverse().Select(
                generation => new AutomatonSource("answers", generation.Automaton, grows: false, _escapes.Answers)),
            .. _texts.Indexes.SelectMany(index => index.Segments).Select(segment => new IndexSource(segment, _escapes.Indexes)),
        ];
        var texts = new TextModel(_settings, prompt, automaton, sources, _answers);
        return _head is null
            ? new BackoffTreeSession(_settings, texts, _recycled is null ? null : new RecycledRest(_recycled))
            : new MixedTreeSession(_settings, _shape, texts, new HeadContext(_head, prompt, _shape.Width * _shape.Depth), _weights, _choice, _time);
    }

    /// <inheritdoc/>
    public void Dispose() => _predictions?.Dispose();
}
