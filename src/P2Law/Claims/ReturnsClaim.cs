namespace LlmEfficiency.P2Law.Claims;

/// <summary>T3 of a method: diminishing returns of tokens.</summary>
/// <param name="Runs">Each run.</param>
/// <param name="Judged">How many runs have five losses or more, and can be judged.</param>
/// <param name="Falling">How many of those fall, within noise.</param>
/// <param name="Convex">How many are convex in ln D, within noise.</param>
/// <param name="Both">How many are both.</param>
/// <param name="Strict">How many of all runs are both without a grain of noise.</param>
/// <param name="FirstExponent">The mean of β of L − L0 ~ D^−β in the first halves; null if no run has one.</param>
/// <param name="SecondExponent">The same in the second halves, over the same runs.</param>
public sealed record ReturnsClaim(
    IReadOnlyList<RunReturns> Runs, int Judged, int Falling, int Convex, int Both, int Strict, double? FirstExponent, double? SecondExponent)
{
    /// <summary>Judges the runs of a method.</summary>
    /// <param name="runs">The runs of one family and method.</param>
    public static ReturnsClaim Of(IReadOnlyList<MeasuredRun> runs)
    {
        RunReturns[] each = [.. runs.Select(RunReturns.Of)];
        RunReturns[] measured = [.. each.Where(run => run is { FirstExponent: not null, SecondExponent: not null })];
        return new ReturnsClaim(
            each,
            each.Count(run => run.IsFalling is not null),
            each.Count(run => run.IsFalling is true),
            each.Count(run => run.IsConvex is true),
            each.Count(run => run is { IsFalling: true, IsConvex: true }),
            each.Count(run => run.IsStrict),
            measured.Average(run => run.FirstExponent),
            measured.Average(run => run.SecondExponent));
    }
}
