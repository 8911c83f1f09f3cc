using LlmEfficiency.Core.Speculation;

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
    public IDraftSession Open(ReadOnlySpan<int> prompt) => OpenChain(prompt);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Begins a request.</summary>
    internal SamChainSession OpenChain(ReadOnlySpan<int> prompt) => new(prompt, _settings);
}
