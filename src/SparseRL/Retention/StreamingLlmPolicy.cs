using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>
/// StreamingLLM (arXiv 2309.17453): keeps the first tokens and the latest. Keys keep their true positions; the original numbers them
/// anew by cache slot.
/// </summary>
/// <param name="settings">Constants; null takes the paper's.</param>
public sealed class StreamingLlmPolicy(StreamingLlmSettings? settings = null) : IRetentionPolicy
{
    private readonly StreamingLlmSettings _settings = settings ?? new();

    /// <inheritdoc/>
    public string Name => "streaming-llm";

    /// <inheritdoc/>
    public int Recent(int budget) => Math.Max(0, budget - _settings.Sinks);

    /// <inheritdoc/>
    public void Validate(int budget, int layers)
    {
        RetentionRules.Require(_settings.Sinks >= 1, $"the number of sinks is {_settings.Sinks}: it must be 1 or more");
        RetentionRules.Require(
            budget > _settings.Sinks, $"the cache budget is {budget}: {Name} keeps the first {_settings.Sinks} in any case, so give more");
    }

    /// <inheritdoc/>
    public Tensor Score(RetentionView view)
    {
        using var scope = NewDisposeScope();
        float[] falling = [.. Enumerable.Range(0, view.Candidates).Select(slot => (float)-slot)];    // the first are the best
        var order = tensor(falling, device: view.Keys.device);
        return order.expand(view.Keys.shape[0], 1, view.Candidates).MoveToOuterDisposeScope();
    }
}
