using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Simd;
using TorchSharp;

namespace LlmEfficiency.Identity;

/// <summary>A way to run a model.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="IsExact">Whether log-probabilities must agree bit by bit, and not only tokens.</param>
/// <param name="Load">How the model is loaded.</param>
public sealed record IdentityMode(string Name, bool IsExact, LoadSettings Load)
{
    private static readonly LoadSettings Single = new(ComputeDevice.Cpu, torch.ScalarType.Float32);

    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<IdentityMode> All { get; } =
    [
        new("strict", true, Single with { Torch = new TorchEngineSettings { IsStrict = true } }),
        .. Enum.GetValues<WeightFormat>().Select(format => new IdentityMode(
            $"simd-{WeightFormats.Name(format)}", true, Single with { Simd = new SimdEngineSettings { Weights = format, Threads = 1 } })),
        new("default", false, Single),
    ];
}
