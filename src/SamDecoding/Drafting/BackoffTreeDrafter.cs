using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// Trees from a model of the text itself: the context and, along the suffix links, its shorter suffixes foretell the next
/// token by what followed them before, each with the share that the longer ones leave to it (prediction by partial
/// matching). Several sources are mixed by the length of their contexts. The tree holds the most probable paths, best first.
/// </summary>
/// <param name="settings">Sizes.</param>
/// <param name="cache">Earlier answers; null for none.</param>
public sealed class BackoffTreeDrafter(BackoffTreeSettings? settings = null, AnswerCache? cache = null) : IDrafter
{
    private readonly BackoffTreeSettings _settings = settings ?? new BackoffTreeSettings();
    private readonly EscapeTable _ofContext = new();
    private readonly EscapeTable _ofAnswers = new();

    /// <inheritdoc/>
    public string Name => cache is null ? "backoff" : "auto";

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => new BackoffTreeSession(_settings, prompt, _ofContext, _ofAnswers, cache);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
