using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Simd;

/// <summary>The formats of keys and values by their names on the command line.</summary>
public static class CacheFormats
{
    /// <summary>Gets all names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<CacheFormat>().Select(Name)];

    /// <summary>Reads a format.</summary>
    /// <exception cref="LlmEfficiencyException">The name is unknown.</exception>
    public static CacheFormat Parse(string name) =>
        Enum.GetValues<CacheFormat>().Cast<CacheFormat?>().FirstOrDefault(format => Name(format!.Value) == name)
        ?? throw new LlmEfficiencyException(ErrorKind.Usage, $"cache type '{name}' is unknown: use {string.Join(", ", Names)}");

    /// <summary>Returns the name that <see cref="Parse"/> reads.</summary>
    public static string Name(CacheFormat format) => format switch
    {
        CacheFormat.Fp32 => "fp32",
        CacheFormat.Bf16 => "bf16",
        CacheFormat.Quantized8 => "int8",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "the format is unknown"),
    };

    /// <summary>Returns how many bytes the key and the value of a token take in a head.</summary>
    public static int BytesPerHead(CacheFormat format, int headDim) => format switch
    {
        CacheFormat.Fp32 => 8 * headDim,
        CacheFormat.Bf16 => 4 * headDim,
        _ => (2 * headDim) + (2 * sizeof(float)),
    };
}
