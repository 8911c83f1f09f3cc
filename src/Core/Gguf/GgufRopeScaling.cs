using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using TorchSharp;

namespace LlmEfficiency.Core.Gguf;

/// <summary>
/// How a GGUF file stretches rotary frequencies: by a linear factor, or by a tensor of divisors (Llama 3.1).
/// </summary>
internal static class GgufRopeScaling
{
    private const string Divisors = "rope_freqs.weight";
    private const double Tolerance = 1e-4; // of the divisors, which are float32

    // GGUF stores only the divisors; these constants are the same in all Llama 3.1 to 3.3 models.
    private const double LowFrequencyFactor = 1;
    private const double HighFrequencyFactor = 4;
    private const int OriginalContextLength = 8192;

    public static RopeScaling? Read(GgufFile file, int headDim, double theta)
    {
        var (metadata, family) = (file.Metadata, file.Architecture);
        var key = $"{family}.rope.scaling.type";
        var kind = metadata.Text(key);
        if (file.Entries.ContainsKey(Divisors))
        {
            return FromDivisors(file, headDim, theta);
        }

        return kind switch
        {
            null when metadata.Number($"{family}.rope.scale_linear") is { } old && old != 1 =>
                new RopeScaling.Linear(GgufModelConfig.Positive(metadata, $"{family}.rope.scale_linear", old)),
            null or "none" => null,
            "linear" => new RopeScaling.Linear(GgufModelConfig.Positive(metadata, $"{family}.rope.scaling.factor", 1)),
            _ => throw metadata.Broken(key, $"'{kind}' is not supported; none, linear and Llama 3.1's divisors are"),
        };
    }

    /// <summary>Computes the divisor of each rotary frequency by the rule of Llama 3.1.</summary>
    internal static double[] DivisorsOf(RopeScaling.Llama3 scaling, int headDim, double theta) =>
    [
        .. Enumerable.Range(0, headDim / 2).Select(i =>
        {
            var wavelength = 2 * Math.PI * Math.Pow(theta, 2.0 * i / headDim);
            var ramp = ((scaling.OriginalContextLength / wavelength) - scaling.LowFrequencyFactor)
                / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
            var kept = Math.Clamp(ramp, 0, 1);
            return 1 / (kept + ((1 - kept) / scaling.Factor));
        }),
    ];

    private static RopeScaling.Llama3? FromDivisors(GgufFile file, int headDim, double theta)
    {
        var entry = file.Entries[Divisors];
        if (entry.Count != headDim / 2 || entry.Type != torch.ScalarType.Float32)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"tensor '{Divisors}' has {entry.Count} {entry.Encoding} elements, not {headDim / 2} "
                + "of F32");
        }

        using var tensor = file.Read(Divisors);
        var stored = tensor.data<float>().ToArray();
        if (stored.All(divisor => divisor == 1))
        {
            return null;
        }

        var scaling = new RopeScaling.Llama3(
            stored[^1], LowFrequencyFactor, HighFrequencyFactor, OriginalContextLength);
        return stored.Zip(DivisorsOf(scaling, headDim, theta)).All(
            pair => Math.Abs(pair.First - pair.Second) <= Tolerance * pair.Second)
            ? scaling
            : throw new LlmEfficiencyException(
                ErrorKind.Input, $"tensor '{Divisors}' is not the frequency scaling of Llama 3.1, the only one that is "
                + "supported");
    }
}
