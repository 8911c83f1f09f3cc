namespace LlmEfficiency.P2Law.Claims;

/// <summary>The noise of one cell of a sweep: standard deviations over its seeds behind the last tokens, in nats a token.</summary>
/// <param name="Family">The family of models; empty where the table has none.</param>
/// <param name="Size">The size.</param>
/// <param name="Method">The method.</param>
/// <param name="Level">The rank of the rate, from 1; 0 for the control.</param>
/// <param name="Rate">ρ, the mean.</param>
/// <param name="Seeds">How many seeds, at least two.</param>
/// <param name="Loss">Of L.</param>
/// <param name="BaseLoss">Of L0.</param>
/// <param name="Excess">Of L − L0.</param>
public sealed record SeedDeviation(
    string Family, string Size, string Method, int Level, double Rate, int Seeds, double Loss, double BaseLoss, double Excess)
{
    /// <summary>Finds the deviations of all cells with two seeds or more.</summary>
    public static IReadOnlyList<SeedDeviation> Of(IReadOnlyList<MeasuredRun> runs) =>
    [
        .. runs.GroupBy(run => (run.Family, run.Size, run.Method, run.Level))
            .Where(cell => cell.Count() > 1)
            .Select(cell => new SeedDeviation(
                cell.Key.Family,
                cell.Key.Size,
                cell.Key.Method,
                cell.Key.Level,
                cell.Average(run => run.Rate),
                cell.Count(),
                Of(cell.Select(run => run.Losses[^1])),
                Of(cell.Select(run => run.BaseLoss)),
                Of(cell.Select(run => run.LastExcess)))),
    ];

    /// <summary>Returns the standard deviation of a sample, n − 1 in the denominator.</summary>
    internal static double Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var mean = all.Average();
        return Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1));
    }
}
