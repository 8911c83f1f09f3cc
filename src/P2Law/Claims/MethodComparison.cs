namespace LlmEfficiency.P2Law.Claims;

/// <summary>Which of two methods ends nearer to L0 at equal rate and equal tokens.</summary>
/// <param name="Family">The family of models; empty where the table has none.</param>
/// <param name="First">The one method.</param>
/// <param name="Second">The other.</param>
/// <param name="Cells">Where both were measured.</param>
/// <param name="FirstWins">In how many cells the first has the lower L − L0.</param>
/// <param name="SecondWins">In how many the second has.</param>
public sealed record MethodComparison(
    string Family, string First, string Second, IReadOnlyList<ComparedCell> Cells, int FirstWins, int SecondWins)
{
    /// <summary>How far two rates may lie apart to count as equal: methods cannot hit every rate.</summary>
    public const double RateTolerance = 0.06;

    /// <summary>Compares all pairs of methods of a family.</summary>
    /// <param name="runs">The runs of one family, controls left out.</param>
    public static IReadOnlyList<MethodComparison> Of(IReadOnlyList<MeasuredRun> runs)
    {
        MeasuredRun[][] methods = [.. runs.GroupBy(run => run.Method).Select(method => method.ToArray())];
        return
        [
            .. from second in Enumerable.Range(0, methods.Length)
               from first in Enumerable.Range(0, second)
               let compared = Of(methods[first], methods[second])
               where compared.Cells.Count > 0
               select compared,
        ];
    }

    private static MethodComparison Of(MeasuredRun[] first, MeasuredRun[] second)
    {
        ComparedCell[] cells =
        [
            .. from one in Grouped(first)
               let other = Nearest(one, Grouped(second))
               where other is not null && Nearest(other, Grouped(first)) is { } back && back.SequenceEqual(one)
               let cell = Compare(one, other)
               where cell is not null
               orderby cell.Parameters, cell.FirstRate
               select cell,
        ];
        return new MethodComparison(
            first[0].Family,
            first[0].Method,
            second[0].Method,
            cells,
            cells.Count(cell => cell.FirstExcess < cell.SecondExcess),
            cells.Count(cell => cell.SecondExcess < cell.FirstExcess));
    }

    private static MeasuredRun[][] Grouped(MeasuredRun[] runs) => [.. runs.GroupBy(run => (run.Size, run.Level)).Select(cell => cell.ToArray())];

    private static MeasuredRun[]? Nearest(MeasuredRun[] cell, MeasuredRun[][] others) => others
        .Where(other => other[0].Size == cell[0].Size && Math.Abs(Rate(other) - Rate(cell)) <= RateTolerance)
        .MinBy(other => Math.Abs(Rate(other) - Rate(cell)));

    private static double Rate(MeasuredRun[] cell) => cell.Average(run => run.Rate);

    private static ComparedCell? Compare(MeasuredRun[] first, MeasuredRun[] second)
    {
        // Each seed has its own texts, and so its own places of measurement.
        (MeasuredRun First, MeasuredRun Second, double Tokens)[] pairs =
        [
            .. from one in first
               join two in second on one.Seed equals two.Seed
               let shared = one.Tokens.Intersect(two.Tokens).ToArray()
               where shared.Length > 0
               select (one, two, shared.Max()),
        ];
        if (pairs.Length == 0)
        {
            return null;
        }

        double[] excesses = [.. pairs.Select(pair => Excess(pair.First, pair.Tokens))], others = [.. pairs.Select(pair => Excess(pair.Second, pair.Tokens))];
        return new ComparedCell(
            first[0].Size,
            first[0].Parameters,
            pairs.Average(pair => pair.Tokens),
            pairs.Length,
            pairs.Average(pair => pair.First.Rate),
            pairs.Average(pair => pair.Second.Rate),
            excesses.Average(),
            others.Average(),
            pairs.Length > 1 ? SeedDeviation.Of(excesses.Zip(others, (one, two) => two - one)) : null);

        static double Excess(MeasuredRun run, double tokens) => run.Losses[run.Tokens.ToList().IndexOf(tokens)] - run.BaseLoss;
    }
}
