using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Eagle;

/// <summary>
/// EAGLE (Li et al. 2024): a head of one layer foretells the model's features, and from them tokens. Trees grow where paths are likely, as in EAGLE-2, or
/// have a fixed shape. Requests have nothing in common.
/// </summary>
/// <param name="head">The head; its owner disposes it.</param>
/// <param name="settings">The shape of drafts; EAGLE-2's if null.</param>
public sealed class EagleDrafter(EagleHead head, EagleSettings? settings = null) : IDrafter
{
    private readonly EagleSettings _settings = settings ?? new EagleSettings();

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => _settings.Template is { } template
        ? new FixedTreeSession(new HeadContext(head, prompt, template.Parents.Count), template)
        : new DynamicTreeSession(new HeadContext(head, prompt, _settings.Width * _settings.Depth), _settings);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
