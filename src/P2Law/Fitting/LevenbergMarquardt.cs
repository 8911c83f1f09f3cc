namespace LlmEfficiency.P2Law.Fitting;

/// <summary>
/// The method of Levenberg and Marquardt for sums of squares of few coordinates with bounds: a coordinate at a bound that
/// would leave it stays. Nothing is allocated while it runs.
/// </summary>
/// <remarks>
/// MathNet's minimiser stands beside it in the tests; it throws where no step helps, and allocates. One object serves one thread.
/// </remarks>
internal sealed class LevenbergMarquardt
{
    private const double LeastDamping = 1e-12;
    private const double MostDamping = 1e12;
    private const double SlopeTolerance = 1e-10;
    private const double StepTolerance = 1e-12;

    private readonly IResiduals _model;
    private readonly int _count;
    private readonly double[] _normal;
    private readonly double[] _slope;
    private readonly double[] _damped;
    private readonly double[] _step;
    private readonly double[] _trial;
    private readonly bool[] _isHeld;
    private double[] _residuals;
    private double[] _jacobian;
    private double[] _trialResiduals;
    private double[] _trialJacobian;

    /// <summary>Makes a search.</summary>
    public LevenbergMarquardt(IResiduals model)
    {
        (_model, _count) = (model, model.Coordinates);
        (_normal, _damped) = (new double[_count * _count], new double[_count * _count]);
        (_slope, _step, _trial) = (new double[_count], new double[_count], new double[_count]);
        _isHeld = new bool[_count];
        (_residuals, _trialResiduals) = (new double[model.Rows], new double[model.Rows]);
        (_jacobian, _trialJacobian) = (new double[model.Rows * _count], new double[model.Rows * _count]);
    }

    /// <summary>Searches for the least sum of squares.</summary>
    /// <param name="at">The start, within the bounds; receives the end.</param>
    /// <param name="lower">The least coordinates.</param>
    /// <param name="upper">The largest coordinates.</param>
    /// <param name="iterations">The most steps.</param>
    /// <returns>The sum of squares and how the search ended.</returns>
    public (double Cost, FitStatus Status) Minimize(
        Span<double> at, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, int iterations)
    {
        if (!_model.Evaluate(at, _residuals, _jacobian))
        {
            return (double.PositiveInfinity, FitStatus.Failed);
        }

        var (cost, damping, small) = (Square(_residuals), 1e-3, 0);
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            Normal();
            if (!Hold(at, lower, upper, cost))
            {
                return (cost, FitStatus.Converged);
            }

            for (; ; damping *= 4)
            {
                if (damping > MostDamping || !Step(at, lower, upper, damping))
                {
                    return (cost, FitStatus.Converged); // no step is smaller and still goes down
                }

                var trial = _model.Evaluate(_trial, _trialResiduals, _trialJacobian) ? Square(_trialResiduals) : double.PositiveInfinity;
                if (trial < cost)
                {
                    small = cost - trial <= 1e-14 * cost ? small + 1 : 0;
                    cost = trial;
                    break;
                }
            }

            _trial.CopyTo(at);
            (_residuals, _trialResiduals) = (_trialResiduals, _residuals);
            (_jacobian, _trialJacobian) = (_trialJacobian, _jacobian);
            damping = Math.Max(LeastDamping, damping / 10);
            if (small == 3)
            {
                return (cost, FitStatus.Converged);
            }
        }

        return (cost, FitStatus.MaxIterations);
    }

    private static double Square(double[] values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value * value;
        }

        return sum;
    }

    // JᵀJ and Jᵀr.
    private void Normal()
    {
        Array.Clear(_normal);
        Array.Clear(_slope);
        for (var row = 0; row < _model.Rows; row++)
        {
            var values = _jacobian.AsSpan(row * _count, _count);
            for (var one = 0; one < _count; one++)
            {
                _slope[one] += values[one] * _residuals[row];
                for (var other = 0; other <= one; other++)
                {
                    _normal[(one * _count) + other] += values[one] * values[other];
                }
            }
        }
    }

    // Finds the coordinates that stay at a bound; false if no other one has a slope.
    private bool Hold(ReadOnlySpan<double> at, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double cost)
    {
        var isSteep = false;
        for (var one = 0; one < _count; one++)
        {
            _isHeld[one] = (at[one] <= lower[one] && _slope[one] >= 0) || (at[one] >= upper[one] && _slope[one] <= 0);
            var length = Math.Sqrt(_normal[(one * _count) + one] * cost);
            isSteep |= !_isHeld[one] && length > 0 && Math.Abs(_slope[one]) > SlopeTolerance * length;
        }

        return isSteep;
    }

    // Solves the damped normal equations; false if the step is lost in rounding.
    private bool Step(ReadOnlySpan<double> at, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double damping)
    {
        var most = 0.0;
        for (var one = 0; one < _count; one++)
        {
            most = Math.Max(most, _isHeld[one] ? 0 : _normal[(one * _count) + one]);
        }

        for (var one = 0; one < _count; one++)
        {
            for (var other = 0; other <= one; other++)
            {
                _damped[(one * _count) + other] = _isHeld[one] || _isHeld[other] ? 0 : _normal[(one * _count) + other];
            }

            // A flat coordinate is not moved by rounding.
            var diagonal = _normal[(one * _count) + one];
            _damped[(one * _count) + one] = _isHeld[one] ? 1 : diagonal + (damping * Math.Max(diagonal, 1e-8 * most)) + (1e-14 * most);
            _step[one] = _isHeld[one] ? 0 : -_slope[one];
        }

        if (SmallCholesky.TryFactor(_damped, _count, 0))
        {
            SmallCholesky.Solve(_damped, _count, _step);
        }
        else
        {
            _step.AsSpan().Clear();
        }

        var isMoved = false;
        for (var one = 0; one < _count; one++)
        {
            _trial[one] = Math.Clamp(at[one] + _step[one], lower[one], upper[one]);
            isMoved |= Math.Abs(_trial[one] - at[one]) > StepTolerance * (Math.Abs(at[one]) + 1e-3);
        }

        return isMoved;
    }
}
