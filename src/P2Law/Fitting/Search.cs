namespace LlmEfficiency.P2Law.Fitting;

/// <summary>One search at a time from a start to the nearest optimum. One object serves one thread.</summary>
internal sealed class Search
{
    private readonly FitProblem _problem;
    private readonly FitSettings _settings;
    private readonly ProjectedResiduals _projected;
    private readonly LevenbergMarquardt _projectedSearch;
    private readonly double[] _exponents;
    private readonly int[] _freeExponents;
    private readonly double[] _projectedLower;
    private readonly double[] _projectedUpper;
    private readonly double[] _residuals;
    private readonly double[] _jacobian;
    private readonly FullResiduals? _full;
    private readonly RobustObjective? _robust;
    private readonly QuasiNewton? _quasiNewton;
    private readonly LevenbergMarquardt? _fullSearch;
    private readonly double[] _coordinates;

    /// <summary>Makes room for searches in a problem.</summary>
    public Search(FitProblem problem, FitSettings settings)
    {
        (_problem, _settings) = (problem, settings);
        _projected = new ProjectedResiduals(problem);
        _projectedSearch = new LevenbergMarquardt(_projected);
        _freeExponents = [.. Enumerable.Range(problem.Terms, problem.Exponents).Where(at => double.IsNaN(problem.Fixed[at]))];
        _exponents = new double[_freeExponents.Length];
        _projectedLower = [.. _freeExponents.Select(at => problem.Lower[at])];
        _projectedUpper = [.. _freeExponents.Select(at => problem.Upper[at])];
        _residuals = new double[_projected.Rows];
        _jacobian = new double[_projected.Rows * _exponents.Length];
        _coordinates = new double[problem.FreeCount];
        if (settings.Objective.IsProjected)
        {
            return;
        }

        _full = new FullResiduals(problem, settings.Objective.IsLogarithmic, isWeighted: !settings.Objective.IsRobust);
        if (settings.Objective.IsRobust)
        {
            _robust = new RobustObjective(_full, problem.Weights, settings.HuberDelta);
            _quasiNewton = new QuasiNewton(_robust);
        }
        else
        {
            _fullSearch = new LevenbergMarquardt(_full);
        }
    }

    /// <summary>Searches from a start.</summary>
    /// <param name="constants">The start, within bounds; coefficients may be NaN; receives the end.</param>
    /// <param name="iterations">The most steps.</param>
    /// <param name="tolerance">A relative improvement that ends a robust search.</param>
    /// <returns>The objective as a sum over rows, and how the search ended.</returns>
    public (double Objective, FitStatus Status) Run(Span<double> constants, int iterations, double tolerance)
    {
        for (var free = 0; free < _exponents.Length; free++)
        {
            _exponents[free] = Math.Clamp(constants[_freeExponents[free]], _projectedLower[free], _projectedUpper[free]);
        }

        if (_settings.Objective.IsProjected)
        {
            var (cost, status) = _projectedSearch.Minimize(_exponents, _projectedLower, _projectedUpper, iterations);
            if (status == FitStatus.Failed || !_projected.Evaluate(_exponents, _residuals, _jacobian))
            {
                return (double.PositiveInfinity, FitStatus.Failed);
            }

            _projected.Parameters.CopyTo(constants);
            return (cost, status);
        }

        if (!IsFinite(constants[.._problem.Terms]))
        {
            if (!_projected.Evaluate(_exponents, _residuals, _jacobian))
            {
                return (double.PositiveInfinity, FitStatus.Failed);
            }

            _projected.Parameters.CopyTo(constants);
        }

        return RunFull(constants, iterations, tolerance);
    }

    private static bool IsFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private (double Objective, FitStatus Status) RunFull(Span<double> constants, int iterations, double tolerance)
    {
        _full!.ToCoordinates(constants, _coordinates);
        var (value, status) = _quasiNewton is not null
            ? _quasiNewton.Minimize(_coordinates, _full.Lower, _full.Upper, iterations, tolerance)
            : _fullSearch!.Minimize(_coordinates, _full.Lower, _full.Upper, iterations);
        if (status == FitStatus.Failed)
        {
            return (double.PositiveInfinity, status);
        }

        _full.Set(_coordinates);
        _full.Parameters.CopyTo(constants);
        return (_robust is null ? value : value * _robust.SumFactor, status);
    }
}
