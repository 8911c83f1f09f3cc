using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Loading;

/// <summary>How a model is taken into memory.</summary>
/// <param name="Device">Where it runs.</param>
/// <param name="ElementType">The element type it runs in.</param>
public sealed record LoadSettings(ComputeDevice Device, ScalarType ElementType)
{
    /// <summary>Gets how the engine runs.</summary>
    public TorchEngineSettings Engine { get; init; } = new();
}
