using LlmEfficiency.Core.Sampling;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Inference;

/// <summary>
/// Intervals of losses that are yet to be measured: what repeated fits predict, each with residuals of the fit added. The first is what
/// is not known of the law, the second how measurements scatter around it, runs and noise alike.
/// </summary>
public static class PredictionIntervals
{
    private const int ResidualsPerDraw = 10;
    private const ulong Stream = 1UL << 40; // other random numbers than those of the repeated fits

    /// <summary>Returns an interval for each place.</summary>
    /// <param name="problem">The law and the fitted rows.</param>
    /// <param name="rows">The fitted rows.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="draws">The constants of repeated fits, one or more.</param>
    /// <param name="places">Where losses are predicted.</param>
    /// <param name="level">How often an interval should hold a measured loss.</param>
    /// <param name="seed">Chooses residuals.</param>
    public static ParameterInterval[] Of(
        FitProblem problem,
        IReadOnlyList<LawObservation> rows,
        LawFit fit,
        IReadOnlyList<double[]> draws,
        IReadOnlyList<LawPoint> places,
        double level,
        ulong seed)
    {
        var residuals = RunLeverage.Scatter(problem, fit, ClusterBootstrap.Runs(rows));
        var values = new double[draws.Count * ResidualsPerDraw];
        return [.. places.Select((place, at) =>
        {
            var random = new SequenceRandom(seed, Stream + (ulong)at);
            for (var value = 0; value < values.Length; value++)
            {
                values[value] = problem.Law.Loss(draws[value / ResidualsPerDraw], place) + residuals[(int)(random.Uniform(value) * residuals.Length)];
            }

            return BootstrapIntervals.Percentile(values, level);
        })];
    }
}
