using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Simd;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Loading;

/// <summary>How a model is taken into memory.</summary>
/// <param name="Device">Where it runs.</param>
/// <param name="ElementType">The element type it runs in.</param>
public sealed record LoadSettings(ComputeDevice Device, ScalarType ElementType)
{
    /// <summary>Gets how the engine of libtorch runs.</summary>
    public TorchEngineSettings Torch { get; init; } = new();

    /// <summary>Gets how the engine of kernels runs, for a processor; null takes libtorch's, in the element type.</summary>
    public SimdEngineSettings? Simd { get; init; }
}
