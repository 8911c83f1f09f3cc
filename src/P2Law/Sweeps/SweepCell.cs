using System.Globalization;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>A base that is pruned in one way and trained on.</summary>
/// <param name="Base">The base.</param>
/// <param name="Method">How it is pruned; null is the control, from which nothing is taken.</param>
/// <param name="Rate">What part of all parameters is to go; null where the method itself says.</param>
public sealed record SweepCell(SweepBase Base, SweepMethod? Method, double? Rate)
{
    /// <summary>Gets the name of the method in the table.</summary>
    public string MethodName => Method?.Name ?? SweepMethod.Control;

    /// <summary>Gets the name of the pruner, whatever the method is called; of the control, that of its method.</summary>
    public string Pruner => Method?.Pruning.Method ?? SweepMethod.Control;

    /// <summary>Gets the name of the run: that of its folder.</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"{Base.Size.Name}-{SweepNames.Safe(MethodName)}{(Rate is { } rate ? $"-{rate.ToString(CultureInfo.InvariantCulture)}" : string.Empty)}-s{Base.Seed}");
}
