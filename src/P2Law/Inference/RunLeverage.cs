using LlmEfficiency.P2Law.Fitting;
using MathNet.Numerics.LinearAlgebra;

namespace LlmEfficiency.P2Law.Inference;

/// <summary>
/// Residuals that are made larger by what the fit took up of their run: it bends towards each run, the more the fewer there are. With H
/// the run's part of the hat matrix, (I − H)⁻¹ r are the residuals of the fit without the run, and (I − H)^−½ r scatter as the errors do.
/// </summary>
/// <remarks>
/// The corrections CV3 and CV2 of estimates by clusters (MacKinnon, Nielsen and Webb 2023), at the fit's constants; exact for linear laws.
/// </remarks>
internal static class RunLeverage
{
    private const double LeastFreedom = 0.1; // of a run that alone determines a direction, nothing is known

    /// <summary>Returns the residuals, measured less predicted, as they are without their run.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="runs">The number of each row's run.</param>
    public static double[] Without(FitProblem problem, LawFit fit, int[] runs) => Residuals(problem, fit, runs, 1);

    /// <summary>Returns the residuals, measured less predicted, of the size of errors.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="runs">The number of each row's run.</param>
    public static double[] Scatter(FitProblem problem, LawFit fit, int[] runs) => Residuals(problem, fit, runs, 0.5);

    private static double[] Residuals(FitProblem problem, LawFit fit, int[] runs, double power)
    {
        double[] residuals = [.. problem.Points.Select((point, row) => problem.Losses[row] - fit.Predict(point))];
        if (Sensitivity.Span(problem, fit) is not { } span)
        {
            return residuals;
        }

        foreach (var run in Enumerable.Range(0, runs.Length).GroupBy(row => runs[row]))
        {
            int[] rows = [.. run];
            var part = Matrix<double>.Build.Dense(rows.Length, span.ColumnCount, (row, column) => span[rows[row], column]);
            var own = part.TransposeAndMultiply(part).Evd(Symmetricity.Symmetric);
            var turned = own.EigenVectors.TransposeThisAndMultiply(Vector<double>.Build.Dense(rows.Length, row => residuals[rows[row]]));
            var free = own.EigenValues.Real().Map(held => Math.Pow(Math.Max(LeastFreedom, 1 - held), power));
            var grown = own.EigenVectors * turned.PointwiseDivide(free);
            for (var row = 0; row < rows.Length; row++)
            {
                residuals[rows[row]] = grown[row];
            }
        }

        return residuals;
    }
}
