using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Simd;

/// <summary>The formats of weights by their names on the command line.</summary>
public static class WeightFormats
{
    /// <summary>Gets all names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<WeightFormat>().Select(Name)];

    /// <summary>Reads a format.</summary>
    /// <exception cref="LlmEfficiencyException">The name is unknown.</exception>
    public static WeightFormat Parse(string name) =>
        Find(name) ?? throw new LlmEfficiencyException(ErrorKind.Usage, $"weight format '{name}' is unknown: use {string.Join(", ", Names)}");

    /// <summary>Returns the format of a name; null if there is none.</summary>
    public static WeightFormat? Find(string name) =>
        Enum.GetValues<WeightFormat>().Cast<WeightFormat?>().FirstOrDefault(format => Name(format!.Value) == name);

    /// <summary>Returns the name that <see cref="Parse"/> reads.</summary>
    public static string Name(WeightFormat format) => format switch
    {
        WeightFormat.Fp32 => "fp32",
        WeightFormat.Bf16 => "bf16",
        WeightFormat.Quantized8 => "int8",
        WeightFormat.Quantized4 => "int4",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "the format is unknown"),
    };

    /// <summary>Returns about how many bytes a weight takes.</summary>
    public static double BytesPerWeight(WeightFormat format) => format switch
    {
        WeightFormat.Fp32 => 4,
        WeightFormat.Bf16 => 2,
        WeightFormat.Quantized8 => 1.0625,
        WeightFormat.Quantized4 => 0.5625,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "the format is unknown"),
    };
}
