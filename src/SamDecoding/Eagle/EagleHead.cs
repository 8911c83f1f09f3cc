using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Simd;

namespace LlmEfficiency.SamDecoding.Eagle;

/// <summary>A draft head of EAGLE or EAGLE-2, ready to draft for a model. It runs on the processor, wherever the model does.</summary>
public sealed class EagleHead : IDisposable
{
    private EagleHead(IDecodeEngine engine, int context) => (Engine, Context) = (engine, context);

    /// <summary>Gets how many tokens prompt and answer have together at most.</summary>
    public int Context { get; }

    /// <summary>Gets what runs it.</summary>
    internal IDecodeEngine Engine { get; }

    /// <summary>Loads a head, published or trained by <c>llmeff sam train-eagle</c>.</summary>
    /// <param name="folder">Its <c>config.json</c> and weights.</param>
    /// <param name="target">The model that it drafts for; it is disposed after the head.</param>
    /// <exception cref="LlmEfficiencyException">A file is missing or malformed, or the head is for another model.</exception>
    public static EagleHead Open(string folder, IDecodeEngine target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var stored = DraftHeadFolder.Open(folder);
        stored.RequireTarget(target.Config);
        return new EagleHead(DraftHeadEngine.Of(stored.Config, stored.Weights.Read, target), target.Config.ContextLength);
    }

    /// <inheritdoc/>
    public void Dispose() => Engine.Dispose();
}
