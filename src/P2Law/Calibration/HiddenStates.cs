using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Calibration;

/// <summary>The residual stream of all calibration sequences at one place between two layers.</summary>
public sealed class HiddenStates : IDisposable
{
    private HiddenStates(IReadOnlyList<Tensor> batches) => Batches = batches;

    /// <summary>Gets the states, each <c>[batch, length, hidden]</c>.</summary>
    public IReadOnlyList<Tensor> Batches { get; }

    /// <summary>Looks up the input vectors of sequences.</summary>
    public static HiddenStates Embed(LayerwiseModel model, CalibrationSet calibration)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(calibration);
        using var scope = NewDisposeScope();
        return new HiddenStates([.. calibration.Batches().Select(tokens => model.Embed(tokens).DetachFromDisposeScope())]);
    }

    /// <summary>Runs a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="observer">Sees every batch pass through it.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <returns>The states behind it, for the caller to dispose.</returns>
    public HiddenStates Through(DecoderLayer layer, IForwardObserver? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var batches = new List<Tensor>(Batches.Count);
        foreach (var batch in Batches)
        {
            cancellation.ThrowIfCancellationRequested();
            batches.Add(layer.Run(batch, observer).DetachFromDisposeScope());
        }

        return new HiddenStates(batches);
    }

    /// <summary>Runs a layer only to be looked at.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="observer">Sees every batch pass through it.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    public void Watch(DecoderLayer layer, IForwardObserver observer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(layer);
        foreach (var batch in Batches)
        {
            cancellation.ThrowIfCancellationRequested();
            using var unused = layer.Run(batch, observer);
        }
    }

    /// <summary>Returns the same states once more, for a caller that disposes them by itself.</summary>
    public HiddenStates Share() => new([.. Batches.Select(batch => batch.alias().DetachFromDisposeScope())]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var batch in Batches)
        {
            batch.Dispose();
        }
    }
}
