using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>Fits a law to a part of the rows and judges it by the rest.</summary>
public static class HoldOutRun
{
    /// <summary>Judges a law.</summary>
    /// <param name="law">The law.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="way">What is kept back.</param>
    /// <param name="settings">How the law is fitted.</param>
    /// <param name="givens">Constants that are not fitted.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static HoldOutResult Of(
        ILaw law,
        IReadOnlyList<LawObservation> rows,
        HoldOut way,
        FitSettings settings,
        IReadOnlyDictionary<string, double>? givens = null,
        CancellationToken cancellation = default)
    {
        var (tested, predictions, fits) = (new List<LawObservation>(), new List<double>(), 0);
        double[]? known = null;
        foreach (var (part, test) in way.Split(rows))
        {
            try
            {
                var problem = FitProblem.Create(law, part, givens);
                var fit = known is null ? LawFitter.Fit(problem, settings, cancellation) : Refit.From(problem, settings, known, cancellation);
                known ??= fit.Parameters;
                tested.AddRange(test);
                predictions.AddRange(test.Select(row => fit.Predict(row.Point)));
                fits++;
            }
            catch (LlmEfficiencyException problem) when (problem.Kind != ErrorKind.Usage)
            {
                return new HoldOutResult(way.Name, fits, null, problem.Message);
            }
        }

        return fits == 0
            ? new HoldOutResult(way.Name, 0, null, $"the rows have no {way.Name} to keep back")
            : new HoldOutResult(
                way.Name, fits, LawMetrics.Of(tested, predictions, FitProblem.Create(law, rows, givens).FreeCount, settings.HuberDelta));
    }
}
