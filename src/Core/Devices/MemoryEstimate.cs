using System.Globalization;

namespace LlmEfficiency.Core.Devices;

/// <summary>What a run was expected to need, in bytes.</summary>
/// <param name="Weights">The parameters.</param>
/// <param name="Cache">The keys and values of all sequences at full length.</param>
/// <param name="Activations">The largest set of temporaries alive at once.</param>
public sealed record MemoryEstimate(long Weights, long Cache, long Activations)
{
    /// <summary>Gets the sum.</summary>
    public long Total => Weights + Cache + Activations;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Text(Total)} (weights {Text(Weights)}, KV cache {Text(Cache)}, activations {Text(Activations)})";

    /// <summary>Writes bytes the way people read them: <c>1.5 GiB</c>.</summary>
    public static string Text(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
    };
}
