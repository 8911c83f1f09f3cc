namespace LlmEfficiency.P2Law.Fitting;

/// <summary>The sum of Huber losses of residuals, with its slope.</summary>
/// <remarks>
/// It is divided by δ and the number of rows, so that it and its slope are of the size of a residual: searches that stop at a
/// fixed slope then stop at the same place for any δ. One object serves one thread.
/// </remarks>
/// <param name="model">The residuals, each counted once.</param>
/// <param name="weights">How often each counts.</param>
/// <param name="delta">Where the loss becomes linear.</param>
internal sealed class RobustObjective(IResiduals model, double[] weights, double delta)
{
    private readonly double[] _residuals = new double[model.Rows];
    private readonly double[] _jacobian = new double[model.Rows * model.Coordinates];
    private readonly double _scale = 1 / (delta * weights.Sum());

    /// <summary>Gets how many coordinates there are.</summary>
    public int Coordinates => model.Coordinates;

    /// <summary>Gets what a value is multiplied by to be the sum of Huber losses.</summary>
    public double SumFactor => 1 / _scale;

    /// <summary>Computes value and slope; infinite where the law has no value.</summary>
    public double Evaluate(ReadOnlySpan<double> at, Span<double> slope)
    {
        slope.Clear();
        if (!model.Evaluate(at, _residuals, _jacobian))
        {
            return double.PositiveInfinity;
        }

        var (sum, count) = (0.0, slope.Length);
        for (var row = 0; row < _residuals.Length; row++)
        {
            var residual = _residuals[row];
            var factor = weights[row] * _scale;
            sum += factor * HuberLoss.Value(residual, delta);
            var pull = factor * HuberLoss.Slope(residual, delta);
            for (var coordinate = 0; coordinate < count; coordinate++)
            {
                slope[coordinate] += pull * _jacobian[(row * count) + coordinate];
            }
        }

        return double.IsFinite(sum) ? sum : double.PositiveInfinity;
    }
}
