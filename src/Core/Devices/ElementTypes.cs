using LlmEfficiency.Core.Errors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Devices;

/// <summary>The element types that a model can run in, by their names on the command line.</summary>
public static class ElementTypes
{
    /// <summary>Reads an element type.</summary>
    /// <param name="name">
    /// <c>auto</c>, <c>fp32</c>, <c>bf16</c> or <c>fp16</c> (or <c>float32</c>, <c>bfloat16</c>, <c>float16</c>).
    /// </param>
    /// <param name="device">Where the model runs: <c>auto</c> depends on it.</param>
    /// <remarks>
    /// <c>auto</c> is fp32 on the processor, where it alone gives the same tokens for one row as for many, and bf16 on
    /// a GPU of compute capability 8.0 or more, else fp16.
    /// </remarks>
    /// <exception cref="LlmEfficiencyException">The name is unknown.</exception>
    public static ScalarType Parse(string name, ComputeDevice device) => name switch
    {
        "auto" => Automatic(device),
        "fp32" or "float32" => ScalarType.Float32,
        "bf16" or "bfloat16" => ScalarType.BFloat16,
        "fp16" or "float16" => ScalarType.Float16,
        _ => throw new LlmEfficiencyException(
            ErrorKind.Usage, $"element type '{name}' is unknown: use auto, fp32, bf16 or fp16"),
    };

    /// <summary>Returns the name that <see cref="Parse"/> reads, for reports.</summary>
    public static string Name(ScalarType type) => type switch
    {
        ScalarType.Float32 => "fp32",
        ScalarType.BFloat16 => "bf16",
        ScalarType.Float16 => "fp16",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "a model runs in fp32, bf16 or fp16"),
    };

    private static ScalarType Automatic(ComputeDevice device)
    {
        if (!device.IsCuda)
        {
            return ScalarType.Float32;
        }

        var gpu = CudaDriver.Devices().FirstOrDefault(d => d.Index == device.Index);
        return gpu is null || gpu.ComputeCapability >= new Version(8, 0) ? ScalarType.BFloat16 : ScalarType.Float16;
    }
}
