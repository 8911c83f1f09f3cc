using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace LlmEfficiency.P2Law.Inference;

/// <summary>How predictions change with constants: the Jacobian on scaled constants, and its directions.</summary>
internal static class Sensitivity
{
    private const double Flat = 1e-9;   // of the largest singular value: exact up to rounding
    private const double Poor = 1e-5;   // a direction so weak is lost in any noise
    private const double Share = 1e-3;  // of a constant in a direction
    private const double Tied = 0.01;   // of a constant's size, for a unit of the exponent that it follows

    /// <summary>Finds the directions in which predictions do not change.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="constants">Where: coefficients, then exponents.</param>
    /// <param name="free">The numbers of the constants that are looked at.</param>
    public static Directions Of(FitProblem problem, double[] constants, int[] free)
    {
        if (free.Length == 0)
        {
            return new Directions(0, 1, [], []);
        }

        // The triangular factor has the singular values and right vectors of the tall matrix.
        var svd = Jacobian(problem, constants, free).QR(QRMethod.Thin).R.Svd();
        var rank = svd.S.Count(value => value > Flat * svd.S[0]);
        return new Directions(
            rank, rank > 0 ? svd.S[0] / svd.S[rank - 1] : double.PositiveInfinity, In(rank), In(svd.S.Count(value => value > Poor * svd.S[0])));

        // The constants with a share in the directions from one on.
        int[] In(int first) => [.. Enumerable.Range(0, free.Length)
            .Where(column => Enumerable.Range(first, free.Length - first).Sum(row => Math.Pow(svd.VT[row, column], 2)) > Share)
            .Select(column => free[column])];
    }

    /// <summary>Finds the directions at typical constants, with the rates of a table that has a single one made equal.</summary>
    /// <remarks>They depend on the places alone: a term that the fit makes zero does not hide what the rows would tell of it.</remarks>
    public static Directions Typical(FitProblem problem) => Of(WithCommonRate(problem), TypicalConstants(problem), Free(problem));

    /// <summary>Returns an orthonormal basis of the changes of predictions that the constants can make, <c>[rows, rank]</c>.</summary>
    /// <param name="problem">The law and the rows, each counted once.</param>
    /// <param name="fit">The fit; constants at the end of their range do not move.</param>
    /// <returns>Null if nothing moves.</returns>
    public static Matrix<double>? Span(FitProblem problem, LawFit fit)
    {
        var parameters = problem.Law.Description.Parameters;
        int[] moving = [.. Free(problem).Where(at => !fit.AtBound.Contains(parameters[at].Name))];
        if (moving.Length == 0)
        {
            return null;
        }

        var factors = Jacobian(problem, fit.Parameters, moving).QR(QRMethod.Thin);
        var svd = factors.R.Svd();
        var rank = svd.S.Count(value => value > Flat * svd.S[0]);
        return rank == 0 ? null : factors.Q * svd.U.SubMatrix(0, svd.U.RowCount, 0, rank);
    }

    /// <summary>Returns the numbers of the constants that are fitted.</summary>
    public static int[] Free(FitProblem problem) => [.. Enumerable.Range(0, problem.Fixed.Length).Where(at => double.IsNaN(problem.Fixed[at]))];

    /// <summary>
    /// Finds the exponents that the rows tell only by how the rate goes with the size, and the constants that take up a change of them.
    /// </summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="constants">The fitted constants.</param>
    /// <returns>Numbers of constants; none unless the rows have a single rate that differs from size to size.</returns>
    public static int[] TiedToTheRate(FitProblem problem, double[] constants)
    {
        var free = Free(problem);
        int[] only = [.. Typical(problem).Flat.Except(Of(problem, TypicalConstants(problem), free).Flat).Where(at => at >= problem.Terms)];
        return [.. only.SelectMany(exponent => MovesWith(problem, constants, [.. free.Where(at => at != exponent)], exponent)).Union(only).Order()];
    }

    /// <summary>Returns the coefficients whose terms depend on an exponent at the rows.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="constants">The fitted constants.</param>
    /// <param name="exponent">The exponent's number.</param>
    public static int[] TermsOf(FitProblem problem, double[] constants, int exponent)
    {
        var (terms, slopes) = (new double[problem.Terms], new double[problem.Terms * problem.Exponents]);
        var found = new HashSet<int>();
        foreach (var point in problem.Points)
        {
            problem.Law.Terms(point, constants.AsSpan(problem.Terms), terms, slopes);
            found.UnionWith(Enumerable.Range(0, problem.Terms).Where(term => slopes[(term * problem.Exponents) + exponent - problem.Terms] != 0));
        }

        return [.. found.Where(term => double.IsNaN(problem.Fixed[term])).Order()];
    }

    // The others that best undo a unit of one exponent: (AᵀA) w = Aᵀ g.
    private static IEnumerable<int> MovesWith(FitProblem problem, double[] constants, int[] others, int exponent)
    {
        var all = Jacobian(problem, constants, [.. others, exponent]);
        var (jacobian, column) = (all.SubMatrix(0, all.RowCount, 0, others.Length), all.Column(others.Length) / Scale(problem, constants, exponent));
        var gram = jacobian.TransposeThisAndMultiply(jacobian);
        var ridge = Matrix<double>.Build.DenseDiagonal(others.Length, Math.Max(1e-10 * gram.Trace(), double.Epsilon)); // terms at zero have empty columns
        var moves = (gram + ridge).Solve(jacobian.TransposeThisAndMultiply(column));
        return others.Where((_, at) => Math.Abs(moves[at]) > Tied);
    }

    private static FitProblem WithCommonRate(FitProblem problem) =>
        problem.Law.Description.Inputs.HasFlag(LawInputs.Rate) ? problem.WithPoints(RateLevels.Common(problem.Points)) : problem;

    // ∂L/∂ln c for coefficients; exponents by their size, at least 0.1.
    private static double Scale(FitProblem problem, double[] constants, int at) =>
        at < problem.Terms ? Math.Abs(constants[at]) : Math.Max(0.1, Math.Abs(constants[at]));

    private static Matrix<double> Jacobian(FitProblem problem, double[] constants, int[] columns)
    {
        var height = Math.Max(problem.Points.Length, columns.Length); // a singular vector for each constant
        var jacobian = Matrix<double>.Build.Dense(height, columns.Length);
        var gradient = new double[constants.Length];
        for (var row = 0; row < problem.Points.Length; row++)
        {
            problem.Law.Gradient(constants, problem.Points[row], gradient);
            var root = Math.Sqrt(problem.Weights[row]);
            for (var column = 0; column < columns.Length; column++)
            {
                jacobian[row, column] = root * Scale(problem, constants, columns[column]) * gradient[columns[column]];
            }
        }

        return jacobian;
    }

    // Each term contributes about one nat; exponents are those of the last start, which are no special values.
    private static double[] TypicalConstants(FitProblem problem)
    {
        var description = problem.Law.Description;
        double[] exponents =
        [
            .. description.Exponents.Select((exponent, at) => double.IsNaN(problem.Fixed[problem.Terms + at])
                ? 0.9 * exponent.Starts[^1] * Math.Pow(problem.Reference.Tokens, exponent.TokenPower)
                : problem.Fixed[problem.Terms + at]),
        ];
        var terms = new double[problem.Terms];
        problem.Law.Terms(problem.Reference, exponents, terms, new double[problem.Terms * exponents.Length]);
        return [.. terms.Select((term, at) => double.IsNaN(problem.Fixed[at]) ? 1 / Math.Abs(term) : problem.Fixed[at]), .. exponents];
    }
}
