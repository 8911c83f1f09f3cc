using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>The constants of a fit with their intervals; those that the rows do not determine have none.</summary>
internal static class ConstantTable
{
    /// <summary>Makes the table.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="draws">The repeated fits.</param>
    /// <param name="unidentified">The names of the constants that are not determined.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static FittedConstant[] Of(
        FitRequest request,
        FitProblem problem,
        IReadOnlyList<LawObservation> rows,
        LawFit fit,
        IReadOnlyList<double[]> draws,
        IReadOnlyList<string> unidentified,
        CancellationToken cancellation)
    {
        var leftOut = request.IsAccelerated && draws.Count > 0
            ? ClusterBootstrap.LeaveOneOut(problem, rows, fit, request.Settings, cancellation)
            : [];
        var result = new FittedConstant[fit.Parameters.Length];
        Parallel.For(0, result.Length, new ParallelOptions { CancellationToken = cancellation }, at =>
        {
            var parameter = problem.Law.Description.Parameters[at];
            var isGiven = !double.IsNaN(problem.Fixed[at]);
            var isKnown = !isGiven && !unidentified.Contains(parameter.Name);
            result[at] = new FittedConstant(
                parameter.Name,
                parameter.Unit,
                isKnown || isGiven ? fit.Parameters[at] : null,
                fit.Parameters[at],
                isGiven,
                isKnown && draws.Count > 0 ? Repeated(request, draws, leftOut, fit.Parameters[at], at) : null,
                isKnown && request.HasProfiles && !request.Settings.Objective.IsRobust
                    ? ProfileLikelihood.Interval(problem, fit, request.Settings, at, request.Level, cancellation)
                    : null);
        });
        return result;
    }

    private static ParameterInterval Repeated(
        FitRequest request, IReadOnlyList<double[]> draws, IReadOnlyList<double[]> leftOut, double estimate, int at)
    {
        var values = draws.Select(draw => draw[at]);
        return request.IsAccelerated
            ? BootstrapIntervals.Accelerated(values, estimate, [.. leftOut.Select(one => one[at])], request.Level)
            : BootstrapIntervals.Percentile(values, request.Level);
    }
}
