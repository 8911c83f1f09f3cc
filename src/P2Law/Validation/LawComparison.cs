using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>Puts laws beside each other on the same rows.</summary>
public static class LawComparison
{
    /// <summary>Fits another law to rows.</summary>
    /// <param name="rival">The other law.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="settings">How laws are fitted.</param>
    /// <param name="ways">Which rows are kept back in turn.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The fit, or why there is none.</returns>
    public static ComparedLaw Of(
        ILaw rival,
        IReadOnlyList<LawObservation> rows,
        FitSettings settings,
        IReadOnlyList<HoldOut> ways,
        CancellationToken cancellation = default)
    {
        var description = rival.Description;
        var lacks = Enum.GetValues<LawInputs>()
            .Where(input => input != LawInputs.None && description.Inputs.HasFlag(input) && rows.Any(row => double.IsNaN(row.Point.Value(input))))
            .ToArray();
        if (lacks.Length > 0)
        {
            return new ComparedLaw(description.Name, description.Parameters.Count, null, null, [], $"the rows have no {string.Join(", ", lacks)}");
        }

        try
        {
            var problem = FitProblem.Create(rival, rows);
            var fit = LawFitter.Fit(problem, settings, cancellation);
            return new ComparedLaw(
                description.Name,
                problem.FreeCount,
                fit.Status,
                LawMetrics.Of(fit, rows, problem.FreeCount, settings.HuberDelta),
                [.. ways.Select(way => HoldOutRun.Of(rival, rows, way, settings, cancellation: cancellation))]);
        }
        catch (LlmEfficiencyException problem)
        {
            return new ComparedLaw(description.Name, description.Parameters.Count, null, null, [], problem.Message);
        }
    }
}
