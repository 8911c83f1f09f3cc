namespace LlmEfficiency.P2Law.Claims;

/// <summary>T1 at one rate: whether a smaller model's loss falls faster with tokens.</summary>
/// <param name="Level">The rank of the rate within its size, from 1.</param>
/// <param name="Sizes">The sizes, the smallest first.</param>
/// <param name="FallTrend">Kendall's τ of N0 and fall; below 0 as T1 says. Null with a single size.</param>
/// <param name="SlopeTrend">Kendall's τ of N0 and slope; above 0 as T1 says, since slopes are below 0. Null with a single size.</param>
public sealed record LevelFall(int Level, IReadOnlyList<SizeFall> Sizes, double? FallTrend, double? SlopeTrend)
{
    /// <summary>Finds the falls of a method at each of its rates.</summary>
    /// <param name="runs">The runs of one family and method.</param>
    public static IReadOnlyList<LevelFall> Of(IReadOnlyList<MeasuredRun> runs) =>
        [.. runs.GroupBy(run => run.Level).OrderBy(level => level.Key).Select(level => Of(level.Key, [.. level]))];

    private static LevelFall Of(int level, MeasuredRun[] runs)
    {
        SizeFall[] sizes = [.. runs.GroupBy(run => run.Size).Select(size => Mean(size.Key, [.. size])).OrderBy(size => size.Parameters)];
        double[] parameters = [.. sizes.Select(size => size.Parameters)];
        return new LevelFall(
            level,
            sizes,
            RankTrend.Kendall(parameters, [.. sizes.Select(size => size.Fall)]),
            sizes.All(size => size.Slope is not null) ? RankTrend.Kendall(parameters, [.. sizes.Select(size => size.Slope!.Value)]) : null);
    }

    private static SizeFall Mean(string size, MeasuredRun[] runs) => new(
        size,
        runs[0].Parameters,
        runs.Average(run => run.Rate),
        runs.Length,
        runs.Max(run => run.Tokens[0]),
        runs.Min(run => run.Tokens[^1]),
        runs.Average(run => run.Fall),
        runs.Average(run => run.Slope));
}
