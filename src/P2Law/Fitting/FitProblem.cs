using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Fitting;

/// <summary>A law and the rows it is fitted to.</summary>
public sealed class FitProblem
{
    private FitProblem(ILaw law, LawPoint[] points, double[] losses, double[] weights, double[] @fixed, LawPoint reference)
    {
        (Law, Points, Losses, Weights, Fixed, Reference) = (law, points, losses, weights, @fixed, reference);
        (Terms, Exponents) = (law.Description.Coefficients.Count, law.Description.Exponents.Count);
        Lower = Bounds(parameter => parameter.Lower);
        Upper = Bounds(parameter => parameter.Upper);

        double[] Bounds(Func<LawParameter, double> bound) =>
            [.. law.Description.Parameters.Select(parameter => bound(parameter) * Math.Pow(reference.Tokens, parameter.TokenPower))];
    }

    /// <summary>Gets the law.</summary>
    public ILaw Law { get; }

    /// <summary>Gets the places, one a row.</summary>
    public LawPoint[] Points { get; }

    /// <summary>Gets the measured losses, one a row.</summary>
    public double[] Losses { get; }

    /// <summary>Gets how often each row counts, above 0.</summary>
    public double[] Weights { get; }

    /// <summary>Gets the constants that are given, NaN for those that are fitted; coefficients, then exponents.</summary>
    public double[] Fixed { get; }

    /// <summary>Gets the typical place, at which constants have their scale.</summary>
    public LawPoint Reference { get; }

    /// <summary>Gets how many coefficients the law has.</summary>
    public int Terms { get; }

    /// <summary>Gets how many exponents the law has.</summary>
    public int Exponents { get; }

    /// <summary>Gets the least value of each constant.</summary>
    public double[] Lower { get; }

    /// <summary>Gets the largest value of each constant.</summary>
    public double[] Upper { get; }

    /// <summary>Gets how many constants are fitted.</summary>
    public int FreeCount => Fixed.Count(double.IsNaN);

    /// <summary>Makes the problem of fitting a law to rows.</summary>
    /// <param name="law">The law.</param>
    /// <param name="rows">The rows, each counted once.</param>
    /// <param name="givens">Constants that are not fitted, by name.</param>
    /// <exception cref="LlmEfficiencyException">A constant has no such name, or there are no rows.</exception>
    public static FitProblem Create(ILaw law, IReadOnlyList<LawObservation> rows, IReadOnlyDictionary<string, double>? givens = null)
    {
        if (rows.Count == 0)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"the law {law.Description.Name} cannot be fitted to no rows");
        }

        string[] names = [.. law.Description.Parameters.Select(parameter => parameter.Name)];
        var @fixed = names.Select(name => givens?.TryGetValue(name, out var value) is true ? value : double.NaN).ToArray();
        if (givens?.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Usage, $"the law {law.Description.Name} has no constant '{unknown}': it has {string.Join(", ", names)}");
        }

        LawPoint[] points = [.. rows.Select(row => row.Point)];
        return new FitProblem(
            law, points, [.. rows.Select(row => row.Loss)], [.. rows.Select(_ => 1.0)], @fixed, ReferenceOf(law, points));
    }

    /// <summary>Returns the problem with other weights; rows that count 0 times are left out.</summary>
    /// <param name="weights">A weight a row, not below 0.</param>
    public FitProblem WithWeights(IReadOnlyList<double> weights)
    {
        int[] kept = [.. Enumerable.Range(0, Points.Length).Where(row => weights[row] > 0)];
        return new FitProblem(
            Law,
            [.. kept.Select(row => Points[row])],
            [.. kept.Select(row => Losses[row])],
            [.. kept.Select(row => weights[row])],
            Fixed,
            Reference);
    }

    /// <summary>Returns the problem with other losses.</summary>
    public FitProblem WithLosses(double[] losses) => new(Law, Points, losses, Weights, Fixed, Reference);

    /// <summary>Returns the problem with other places, as many.</summary>
    public FitProblem WithPoints(LawPoint[] points) => new(Law, points, Losses, Weights, Fixed, Reference);

    /// <summary>Returns the problem with a constant that is given.</summary>
    public FitProblem WithFixed(int parameter, double value)
    {
        var @fixed = (double[])Fixed.Clone();
        @fixed[parameter] = value;
        return new FitProblem(Law, Points, Losses, Weights, @fixed, Reference);
    }

    /// <summary>Returns the weighted sum of squared residuals.</summary>
    public double SquaredError(ReadOnlySpan<double> parameters)
    {
        var sum = 0.0;
        for (var row = 0; row < Points.Length; row++)
        {
            var residual = Law.Loss(parameters, Points[row]) - Losses[row];
            sum += Weights[row] * residual * residual;
        }

        return sum;
    }

    // Geometric means; further on if a term happens to vanish there.
    private static LawPoint ReferenceOf(ILaw law, LawPoint[] points)
    {
        double Mean(Func<LawPoint, double> logarithm) => Math.Exp(points.Average(logarithm));
        var (size, kept) = (Mean(point => point.LogSize), Mean(point => point.LogKept));
        var reference = new LawPoint(size, Mean(point => point.LogTokens), 1 - kept, points[0].BaseLoss, Mean(point => point.LogBaseTokens));
        double[] exponents = [.. law.Description.Exponents.Select(exponent => exponent.Starts[0])];
        var terms = new double[law.Description.Coefficients.Count];
        var slopes = new double[terms.Length * exponents.Length];
        for (var attempt = 0; attempt < 3; attempt++)
        {
            law.Terms(reference, exponents, terms, slopes);
            var least = terms.Min(Math.Abs) / terms.Max(Math.Abs);
            if (least > 1e-2 || law.Description.TokenTerm is not null)
            {
                break;
            }

            reference = reference.WithTokens(reference.Tokens * Math.E);
        }

        return reference;
    }
}
