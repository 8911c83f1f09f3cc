using System.Globalization;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>A base: a size with a seed.</summary>
/// <param name="Size">The size.</param>
/// <param name="Seed">The seed of its weights and of the order of its data.</param>
public sealed record SweepBase(SweepSize Size, ulong Seed)
{
    /// <summary>Gets its name: that of its folder.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Size.Name}-s{Seed}");
}
