namespace LlmEfficiency.P2Law.Fitting;

/// <summary>
/// Residuals of the loss, or of its logarithm, as a function of all constants. A coefficient's coordinate is its level: what
/// its term contributes at the typical place, as a logarithm if it cannot be negative. Levels and exponents hardly depend on
/// each other, whatever the units are.
/// </summary>
/// <remarks>One object serves one thread.</remarks>
internal sealed class FullResiduals : IResiduals
{
    private const double MostLogLevel = 28; // e^28: 1e12 nats

    private readonly FitProblem _problem;
    private readonly bool _isLogarithmic;
    private readonly int[] _free;
    private readonly double[] _roots;
    private readonly double[] _parameters;
    private readonly double[] _terms;
    private readonly double[] _slopes;
    private readonly double[] _levels;
    private readonly double[] _levelSlopes;

    /// <summary>Makes the function.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="isLogarithmic">Whether residuals are differences of ln L.</param>
    /// <param name="isWeighted">Whether rows are multiplied by the roots of their weights.</param>
    public FullResiduals(FitProblem problem, bool isLogarithmic, bool isWeighted)
    {
        (_problem, _isLogarithmic) = (problem, isLogarithmic);
        Rows = problem.Points.Length;
        _free = [.. Enumerable.Range(0, problem.Fixed.Length).Where(at => double.IsNaN(problem.Fixed[at]))];
        _roots = [.. problem.Weights.Select(weight => isWeighted ? Math.Sqrt(weight) : 1)];
        _parameters = (double[])problem.Fixed.Clone();
        _terms = new double[problem.Terms];
        _slopes = new double[problem.Terms * problem.Exponents];
        _levels = new double[problem.Terms];
        _levelSlopes = new double[problem.Terms * problem.Exponents];
        Lower = [.. _free.Select(at => !IsTerm(at) ? problem.Lower[at] : IsSigned(at) ? double.NegativeInfinity : -MostLogLevel)];
        Upper = [.. _free.Select(at => !IsTerm(at) ? problem.Upper[at] : IsSigned(at) ? double.PositiveInfinity : MostLogLevel)];
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Coordinates => _free.Length;

    /// <summary>Gets the least coordinates.</summary>
    public double[] Lower { get; }

    /// <summary>Gets the largest coordinates.</summary>
    public double[] Upper { get; }

    /// <summary>Gets all constants as of the last evaluation.</summary>
    public ReadOnlySpan<double> Parameters => _parameters;

    /// <summary>Turns constants into coordinates within the bounds.</summary>
    public void ToCoordinates(ReadOnlySpan<double> parameters, Span<double> coordinates)
    {
        _problem.Law.Terms(_problem.Reference, parameters[_problem.Terms..], _levels, _levelSlopes);
        for (var free = 0; free < _free.Length; free++)
        {
            var at = _free[free];
            var value = !IsTerm(at) ? parameters[at]
                : IsSigned(at) ? parameters[at] * _levels[at]
                : Math.Log(parameters[at] * Math.Abs(_levels[at]));
            coordinates[free] = Math.Clamp(value, Lower[free], Upper[free]);
        }
    }

    /// <summary>Sets <see cref="Parameters"/> from coordinates.</summary>
    public void Set(ReadOnlySpan<double> coordinates)
    {
        var terms = _problem.Terms;
        for (var free = 0; free < _free.Length; free++)
        {
            if (!IsTerm(_free[free]))
            {
                _parameters[_free[free]] = coordinates[free];
            }
        }

        _problem.Law.Terms(_problem.Reference, _parameters.AsSpan(terms), _levels, _levelSlopes);
        for (var free = 0; free < _free.Length; free++)
        {
            var at = _free[free];
            if (IsTerm(at))
            {
                _parameters[at] = IsSigned(at) ? coordinates[free] / _levels[at] : Math.Exp(coordinates[free]) / Math.Abs(_levels[at]);
            }
        }
    }

    /// <inheritdoc/>
    public bool Evaluate(ReadOnlySpan<double> at, Span<double> residuals, Span<double> jacobian)
    {
        Set(at);
        var (terms, count, law) = (_problem.Terms, _free.Length, _problem.Law);
        for (var row = 0; row < Rows; row++)
        {
            ref readonly var point = ref _problem.Points[row];
            law.Terms(point, _parameters.AsSpan(terms), _terms, _slopes);
            var loss = law.Offset(point);
            for (var term = 0; term < terms; term++)
            {
                loss += _parameters[term] * _terms[term];
            }

            if (!double.IsFinite(loss) || (_isLogarithmic && !(loss > 0)))
            {
                return false;
            }

            var root = _roots[row];
            residuals[row] = root * (_isLogarithmic ? Math.Log(loss / _problem.Losses[row]) : loss - _problem.Losses[row]);
            Slopes(jacobian.Slice(row * count, count), _isLogarithmic ? root / loss : root);
        }

        return true;
    }

    private void Slopes(Span<double> row, double factor)
    {
        var (terms, exponents) = (_problem.Terms, _problem.Exponents);
        for (var free = 0; free < _free.Length; free++)
        {
            var at = _free[free];
            if (IsTerm(at))
            {
                row[free] = factor * _terms[at] * (IsSigned(at) ? 1 / _levels[at] : _parameters[at]);
                continue;
            }

            var sum = 0.0;
            for (var term = 0; term < terms; term++)
            {
                var slope = (term * exponents) + at - terms;
                sum += _parameters[term] * _slopes[slope];
                if (double.IsNaN(_problem.Fixed[term]))
                {
                    sum -= _parameters[term] * _terms[term] * (_levelSlopes[slope] / _levels[term]); // the coefficient follows the level
                }
            }

            row[free] = factor * sum;
        }
    }

    private bool IsTerm(int parameter) => parameter < _problem.Terms;

    private bool IsSigned(int parameter) => _problem.Lower[parameter] < 0;
}
