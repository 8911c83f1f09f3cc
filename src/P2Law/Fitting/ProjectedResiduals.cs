namespace LlmEfficiency.P2Law.Fitting;

/// <summary>
/// Variable projection: residuals as a function of the exponents alone, the coefficients being the best ones for them. The
/// derivatives are Kaufman's: those with fixed coefficients, without their part in the span of the terms.
/// </summary>
/// <remarks>Golub and Pereyra 1973, Kaufman 1975. One object serves one thread.</remarks>
internal sealed class ProjectedResiduals : IResiduals
{
    private readonly FitProblem _problem;
    private readonly int[] _freeExponents;
    private readonly int[] _freeTerms;
    private readonly int _signed;
    private readonly double[] _terms;
    private readonly double[] _slopes;
    private readonly double[] _targets;
    private readonly double[] _gram;
    private readonly double[] _right;
    private readonly double[] _solution;
    private readonly double[] _parameters;

    /// <summary>Makes the function.</summary>
    public ProjectedResiduals(FitProblem problem)
    {
        _problem = problem;
        Rows = problem.Points.Length;
        _freeTerms = [.. Enumerable.Range(0, problem.Terms).Where(term => double.IsNaN(problem.Fixed[term]))];
        _freeExponents = [.. Enumerable.Range(0, problem.Exponents).Where(at => double.IsNaN(problem.Fixed[problem.Terms + at]))];
        _signed = Enumerable.Range(0, _freeTerms.Length).Where(at => problem.Lower[_freeTerms[at]] < 0).Sum(at => 1 << at);
        _terms = new double[Rows * problem.Terms];
        _slopes = new double[Rows * problem.Terms * problem.Exponents];
        _targets = new double[Rows];
        _gram = new double[_freeTerms.Length * _freeTerms.Length];
        _right = new double[_freeTerms.Length];
        _solution = new double[_freeTerms.Length];
        _parameters = [.. problem.Fixed.Select(value => double.IsNaN(value) ? 0 : value)];
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Coordinates => _freeExponents.Length;

    /// <summary>Gets all constants as of the last evaluation: coefficients, then exponents.</summary>
    public ReadOnlySpan<double> Parameters => _parameters;

    /// <inheritdoc/>
    public bool Evaluate(ReadOnlySpan<double> at, Span<double> residuals, Span<double> jacobian)
    {
        for (var free = 0; free < _freeExponents.Length; free++)
        {
            _parameters[_problem.Terms + _freeExponents[free]] = at[free];
        }

        if (!ComputeTerms())
        {
            return false;
        }

        var active = Solve();
        Fill(residuals, jacobian);
        Project(active, jacobian);
        return true;
    }

    // Rows are multiplied by the roots of their weights.
    private bool ComputeTerms()
    {
        var (terms, exponents) = (_problem.Terms, _problem.Exponents);
        var sum = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            ref readonly var point = ref _problem.Points[row];
            var rowTerms = _terms.AsSpan(row * terms, terms);
            var rowSlopes = _slopes.AsSpan(row * terms * exponents, terms * exponents);
            _problem.Law.Terms(point, _parameters.AsSpan(terms), rowTerms, rowSlopes);
            var root = Math.Sqrt(_problem.Weights[row]);
            _targets[row] = root * (_problem.Losses[row] - _problem.Law.Offset(point));
            for (var term = 0; term < terms; term++)
            {
                rowTerms[term] *= root;
                sum += rowTerms[term];
            }

            for (var slope = 0; slope < rowSlopes.Length; slope++)
            {
                rowSlopes[slope] *= root;
                sum += rowSlopes[slope];
            }
        }

        return double.IsFinite(sum);
    }

    private int Solve()
    {
        var terms = _problem.Terms;
        Array.Clear(_gram);
        Array.Clear(_right);
        for (var row = 0; row < Rows; row++)
        {
            var rowTerms = _terms.AsSpan(row * terms, terms);
            var target = _targets[row];
            for (var term = 0; term < terms; term++)
            {
                var isGiven = !double.IsNaN(_problem.Fixed[term]);
                target -= isGiven ? _parameters[term] * rowTerms[term] : 0;
            }

            for (var one = 0; one < _freeTerms.Length; one++)
            {
                var value = rowTerms[_freeTerms[one]];
                _right[one] += value * target;
                for (var other = 0; other <= one; other++)
                {
                    _gram[(one * _freeTerms.Length) + other] += value * rowTerms[_freeTerms[other]];
                }
            }
        }

        for (var one = 0; one < _freeTerms.Length; one++)
        {
            for (var other = 0; other < one; other++)
            {
                _gram[(other * _freeTerms.Length) + one] = _gram[(one * _freeTerms.Length) + other];
            }
        }

        var active = NonNegativeLeastSquares.Solve(_gram, _right, _signed, _solution);
        for (var free = 0; free < _freeTerms.Length; free++)
        {
            _parameters[_freeTerms[free]] = _solution[free];
        }

        return active;
    }

    private void Fill(Span<double> residuals, Span<double> jacobian)
    {
        var (terms, exponents, count) = (_problem.Terms, _problem.Exponents, Coordinates);
        for (var row = 0; row < Rows; row++)
        {
            var prediction = 0.0;
            for (var term = 0; term < terms; term++)
            {
                prediction += _parameters[term] * _terms[(row * terms) + term];
            }

            residuals[row] = prediction - _targets[row];
            for (var free = 0; free < count; free++)
            {
                var slope = 0.0;
                for (var term = 0; term < terms; term++)
                {
                    slope += _parameters[term] * _slopes[(((row * terms) + term) * exponents) + _freeExponents[free]];
                }

                jacobian[(row * count) + free] = slope;
            }
        }
    }

    // Modified Gram–Schmidt, in place of the active terms, which are not needed any more.
    private void Project(int active, Span<double> jacobian)
    {
        var (terms, count) = (_problem.Terms, Coordinates);
        for (var free = 0; free < _freeTerms.Length; free++)
        {
            if ((active & (1 << free)) == 0)
            {
                continue;
            }

            var basis = _terms.AsSpan(_freeTerms[free]);
            Scale(basis, terms);
            for (var other = free + 1; other < _freeTerms.Length; other++)
            {
                if ((active & (1 << other)) != 0)
                {
                    Remove(basis, terms, _terms.AsSpan(_freeTerms[other]), terms);
                }
            }

            for (var coordinate = 0; coordinate < count; coordinate++)
            {
                Remove(basis, terms, jacobian[coordinate..], count);
            }
        }
    }

    private void Scale(Span<double> column, int stride)
    {
        var sum = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            sum += column[row * stride] * column[row * stride];
        }

        var factor = sum > 0 ? 1 / Math.Sqrt(sum) : 0;
        for (var row = 0; row < Rows; row++)
        {
            column[row * stride] *= factor;
        }
    }

    private void Remove(ReadOnlySpan<double> basis, int basisStride, Span<double> column, int stride)
    {
        var product = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            product += basis[row * basisStride] * column[row * stride];
        }

        for (var row = 0; row < Rows; row++)
        {
            column[row * stride] -= product * basis[row * basisStride];
        }
    }
}
