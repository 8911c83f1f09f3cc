namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>What there is to do in a sweep.</summary>
public static class SweepPlan
{
    /// <summary>Lists the bases.</summary>
    public static IEnumerable<SweepBase> Bases(SweepSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Sizes.SelectMany(size => (size.Seeds ?? settings.Seeds).Distinct().Select(seed => new SweepBase(size, seed)));
    }

    /// <summary>Lists the cells: of each base the control first.</summary>
    public static IEnumerable<SweepCell> Cells(SweepSettings settings) => Bases(settings).SelectMany(one => settings.Methods
        .SelectMany(method => Rates(method).Select(rate => new SweepCell(one, method, rate)))
        .Prepend(new SweepCell(one, null, null)));

    private static IEnumerable<double?> Rates(SweepMethod method) =>
        method.Rates.Count == 0 ? [null] : method.Rates.Select(rate => (double?)rate);
}
