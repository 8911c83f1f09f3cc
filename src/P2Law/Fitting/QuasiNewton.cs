namespace LlmEfficiency.P2Law.Fitting;

/// <summary>
/// The method of Broyden, Fletcher, Goldfarb and Shanno with bounds. Its line search (Lewis and Overton) needs no second
/// derivative: a Huber loss with a small δ has almost corners. Nothing is allocated while it runs.
/// </summary>
/// <remarks>MathNet's minimiser stands beside it in the tests; it throws on some starts. One object serves one thread.</remarks>
internal sealed class QuasiNewton
{
    private const int MostTrials = 40;
    private const double Descent = 1e-4;
    private const double Curvature = 0.9;

    private readonly RobustObjective _objective;
    private readonly int _count;
    private readonly double[] _inverse;
    private readonly double[] _direction;
    private readonly double[] _product;
    private readonly bool[] _isHeld;
    private double[] _slope;
    private double[] _trial;
    private double[] _trialSlope;

    /// <summary>Makes a search.</summary>
    public QuasiNewton(RobustObjective objective)
    {
        (_objective, _count) = (objective, objective.Coordinates);
        _inverse = new double[_count * _count];
        (_direction, _product, _trial) = (new double[_count], new double[_count], new double[_count]);
        (_slope, _trialSlope, _isHeld) = (new double[_count], new double[_count], new bool[_count]);
    }

    /// <summary>Searches for the least value.</summary>
    /// <param name="at">The start, within the bounds; receives the end.</param>
    /// <param name="lower">The least coordinates.</param>
    /// <param name="upper">The largest coordinates.</param>
    /// <param name="iterations">The most steps.</param>
    /// <param name="tolerance">A relative improvement that does not count; after three such steps the search ends.</param>
    /// <returns>The value and how the search ended.</returns>
    public (double Value, FitStatus Status) Minimize(
        Span<double> at, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, int iterations, double tolerance)
    {
        var value = _objective.Evaluate(at, _slope);
        if (!double.IsFinite(value))
        {
            return (value, FitStatus.Failed);
        }

        var (isFresh, small) = (true, 0);
        Reset(1);
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            if (Hold(at, lower, upper))
            {
                Reset(1);
                isFresh = true;
            }

            var steepness = Direct();
            if (!(steepness < 0))
            {
                return (value, FitStatus.Converged);
            }

            var next = Search(at, lower, upper, value, steepness, isFresh ? FirstStep() : 1);
            if (!(next < value))
            {
                if (isFresh)
                {
                    return (value, Steepest() < 1e-6 ? FitStatus.Converged : FitStatus.Abnormal);
                }

                Reset(1);
                isFresh = true;
                continue;
            }

            small = value - next <= tolerance * value ? small + 1 : 0;
            Update(at, isFresh);
            isFresh = false;
            value = next;
            _trial.CopyTo(at);
            (_slope, _trialSlope) = (_trialSlope, _slope);
            if (small == 3)
            {
                return (value, FitStatus.Converged);
            }
        }

        return (value, FitStatus.MaxIterations);
    }

    private void Reset(double scale)
    {
        Array.Clear(_inverse);
        for (var one = 0; one < _count; one++)
        {
            _inverse[(one * _count) + one] = scale;
        }
    }

    // Coordinates at a bound that would leave it stay; true if they are not the same as before.
    private bool Hold(ReadOnlySpan<double> at, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        var isOther = false;
        for (var one = 0; one < _count; one++)
        {
            var isHeld = (at[one] <= lower[one] && _slope[one] >= 0) || (at[one] >= upper[one] && _slope[one] <= 0);
            isOther |= isHeld != _isHeld[one];
            _isHeld[one] = isHeld;
        }

        return isOther;
    }

    // The direction −H g among the coordinates that move, and the slope along it.
    private double Direct()
    {
        var steepness = 0.0;
        for (var one = 0; one < _count; one++)
        {
            var sum = 0.0;
            for (var other = 0; other < _count; other++)
            {
                sum -= _isHeld[other] ? 0 : _inverse[(one * _count) + other] * _slope[other];
            }

            _direction[one] = _isHeld[one] ? 0 : sum;
            steepness += _direction[one] * _slope[one];
        }

        return steepness;
    }

    private double Steepest()
    {
        var most = 0.0;
        for (var one = 0; one < _count; one++)
        {
            most = Math.Max(most, _isHeld[one] ? 0 : Math.Abs(_slope[one]));
        }

        return most;
    }

    private double FirstStep()
    {
        var length = 0.0;
        foreach (var part in _direction)
        {
            length += part * part;
        }

        return Math.Min(1, 0.5 / Math.Sqrt(length));
    }

    // Weak Wolfe conditions by bisection; the last trial is left in _trial and _trialSlope.
    private double Search(
        ReadOnlySpan<double> at, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double value, double steepness, double step)
    {
        var (low, high) = (0.0, double.PositiveInfinity);
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var isCut = Move(at, lower, upper, step);
            var next = _objective.Evaluate(_trial, _trialSlope);
            if (!(next <= value + (Descent * step * steepness)))
            {
                high = step;
            }
            else if (!isCut && Along(_trialSlope) < Curvature * steepness)
            {
                low = step;
            }
            else
            {
                return next;
            }

            step = double.IsFinite(high) ? (low + high) / 2 : 2 * low;
        }

        Move(at, lower, upper, low);
        return low > 0 ? _objective.Evaluate(_trial, _trialSlope) : value;
    }

    private bool Move(ReadOnlySpan<double> at, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double step)
    {
        var isCut = false;
        for (var one = 0; one < _count; one++)
        {
            var free = at[one] + (step * _direction[one]);
            _trial[one] = Math.Clamp(free, lower[one], upper[one]);
            isCut |= _trial[one] != free;
        }

        return isCut;
    }

    private double Along(double[] slope)
    {
        var sum = 0.0;
        for (var one = 0; one < _count; one++)
        {
            sum += slope[one] * _direction[one];
        }

        return sum;
    }

    // H ← (I − s yᵀ/ρ) H (I − y sᵀ/ρ) + s sᵀ/ρ with ρ = yᵀs; skipped where the function does not bend upwards.
    private void Update(ReadOnlySpan<double> at, bool isFresh)
    {
        var (bend, length) = (0.0, 0.0);
        for (var one = 0; one < _count; one++)
        {
            _direction[one] = _trial[one] - at[one];                                   // s
            var change = _isHeld[one] ? 0 : _trialSlope[one] - _slope[one];            // y
            bend += _direction[one] * change;
            length += change * change;
        }

        if (!(bend > 1e-14 * length))
        {
            return;
        }

        if (isFresh)
        {
            Reset(bend / length);
        }

        var middle = 0.0;
        for (var one = 0; one < _count; one++)
        {
            var sum = 0.0;
            for (var other = 0; other < _count; other++)
            {
                sum += _isHeld[other] ? 0 : _inverse[(one * _count) + other] * (_trialSlope[other] - _slope[other]);
            }

            _product[one] = sum;                                                       // H y
            middle += _isHeld[one] ? 0 : sum * (_trialSlope[one] - _slope[one]);
        }

        for (var one = 0; one < _count; one++)
        {
            for (var other = 0; other < _count; other++)
            {
                _inverse[(one * _count) + other] +=
                    (((1 + (middle / bend)) * _direction[one] * _direction[other])
                        - (_product[one] * _direction[other]) - (_direction[one] * _product[other])) / bend;
            }
        }
    }
}
