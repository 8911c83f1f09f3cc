namespace LlmEfficiency.P2Law.Claims;

/// <summary>What a sweep says of the paper's claims for one way of pruning.</summary>
/// <param name="Family">The family of models; empty where the table has none.</param>
/// <param name="Method">The method.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="Falls">T1 at each rate.</param>
/// <param name="Powers">T2 at each size.</param>
/// <param name="WorstRateR2">The lowest R² of a power of ρ; null if no size has three rates.</param>
/// <param name="WorstOddsR2">The lowest R² of a power of ρ/(1 − ρ).</param>
/// <param name="Returns">T3.</param>
/// <param name="BelowBase">The runs whose last loss is below L0: the law cannot explain them.</param>
public sealed record MethodClaims(
    string Family,
    string Method,
    int Runs,
    IReadOnlyList<LevelFall> Falls,
    IReadOnlyList<SizePower> Powers,
    double? WorstRateR2,
    double? WorstOddsR2,
    ReturnsClaim Returns,
    IReadOnlyList<string> BelowBase)
{
    /// <summary>Examines a method.</summary>
    /// <param name="runs">The runs of one family and method.</param>
    public static MethodClaims Of(IReadOnlyList<MeasuredRun> runs)
    {
        var powers = SizePower.Of(runs);
        return new MethodClaims(
            runs[0].Family,
            runs[0].Method,
            runs.Count,
            LevelFall.Of(runs),
            powers,
            powers.Min(size => size.Rate?.R2),
            powers.Min(size => size.Odds?.R2),
            ReturnsClaim.Of(runs),
            [.. runs.Where(run => run.LastExcess < 0).Select(run => run.Name)]);
    }
}
