using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Calibration;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Plans;

/// <summary>What a pruner works on.</summary>
/// <param name="Model">The model; it stays the caller's.</param>
/// <param name="Texts">The calibration sequences; null where the method needs none.</param>
/// <param name="Device">Where passes run.</param>
public sealed record PruningInput(StoredModel Model, CalibrationSet? Texts, ComputeDevice Device)
{
    /// <summary>Gets who is told how far the work is.</summary>
    public IProgress<PruningProgress>? Progress { get; init; }

    /// <summary>Gets the wish to stop, looked at before each batch.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Gets the sizes of the model.</summary>
    public TransformerConfig Config => Model.Config;

    /// <summary>Gets the calibration sequences.</summary>
    /// <exception cref="LlmEfficiencyException">There are none.</exception>
    public CalibrationSet Calibration => Texts ?? throw new LlmEfficiencyException(
        ErrorKind.Configuration, "calibration.data is empty: this method looks at the model with texts, so name a file (--data FILE)");

    /// <summary>Returns the model layer by layer, in fp32.</summary>
    public LayerwiseModel Layers() => new(Model, Device, ScalarType.Float32);

    /// <summary>Embeds the calibration sequences.</summary>
    /// <returns>The states before the first layer, for the caller to dispose.</returns>
    public HiddenStates Embed() => HiddenStates.Embed(Layers(), Calibration);

    /// <summary>Tells how far the work is.</summary>
    public void Report(string stage, int done, int total)
    {
        Cancellation.ThrowIfCancellationRequested();
        Progress?.Report(new PruningProgress(stage, done, total));
    }
}
