namespace LlmEfficiency.P2Law.Claims;

/// <summary>T2 at one size: L − L0 behind the last tokens as a power of ρ, and of ρ/(1 − ρ), by least squares of logarithms.</summary>
/// <param name="Size">The size.</param>
/// <param name="Parameters">N0, counted one by one.</param>
/// <param name="Rates">How many different rates.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="LeftOut">Runs without a logarithm, since they end at or below L0.</param>
/// <param name="Rate">The power of ρ; null with fewer than two rates. Two rates alone have no R².</param>
/// <param name="Odds">The power of ρ/(1 − ρ).</param>
public sealed record SizePower(string Size, double Parameters, int Rates, int Runs, int LeftOut, LineFit? Rate, LineFit? Odds)
{
    /// <summary>Finds the powers of a method at each size.</summary>
    /// <param name="runs">The runs of one family and method.</param>
    public static IReadOnlyList<SizePower> Of(IReadOnlyList<MeasuredRun> runs) =>
        [.. runs.GroupBy(run => run.Size).Select(size => Of(size.Key, [.. size])).OrderBy(size => size.Parameters)];

    private static SizePower Of(string size, MeasuredRun[] runs)
    {
        MeasuredRun[] above = [.. runs.Where(run => run.LastExcess > 0 && run.Rate > 0)];
        double[] excess = [.. above.Select(run => Math.Log(run.LastExcess))];
        var levels = above.Select(run => run.Level).Distinct().Count();
        return new SizePower(size, runs[0].Parameters, levels, runs.Length, runs.Length - above.Length, Fit(rate => rate), Fit(rate => rate / (1 - rate)));

        // Rates of one level differ by less than a layer: they are one place.
        LineFit? Fit(Func<double, double> of) => levels < 2 ? null
            : LineFit.Of([.. above.Select(run => Math.Log(of(run.Rate)))], excess) is { } fit ? levels < 3 ? fit with { R2 = null } : fit : null;
    }
}
