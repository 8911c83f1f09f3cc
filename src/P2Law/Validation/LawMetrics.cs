using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>How well predictions agree with measurements.</summary>
public sealed record LawMetrics
{
    /// <summary>Gets how many rows were compared.</summary>
    public required int Rows { get; init; }

    /// <summary>Gets R²: 1 − residual squares over the squares around the mean; 0 for the mean itself.</summary>
    public required double R2 { get; init; }

    /// <summary>Gets the root of the mean squared error, in nats.</summary>
    public required double Rmse { get; init; }

    /// <summary>Gets the standard deviation of the residuals, in nats: √(RSS / (n − k)).</summary>
    public required double Deviation { get; init; }

    /// <summary>Gets the mean Huber loss of the errors in nats.</summary>
    public required double Huber { get; init; }

    /// <summary>Gets the mean of |error| / L.</summary>
    public required double RelativeError { get; init; }

    /// <summary>Gets the mean of |error| / |L − L0|; null without L0.</summary>
    public double? ExcessRelativeError { get; init; }

    /// <summary>Gets the average slope difference in nats per unit of tokens; null without runs.</summary>
    public double? SlopeDifference { get; init; }

    /// <summary>Gets Akaike's criterion for normal errors of one variance: n ln(RSS/n) + 2k, the variance being one of the k.</summary>
    public required double Aic { get; init; }

    /// <summary>Gets Akaike's criterion, corrected for few rows; infinite if there are not more rows than constants.</summary>
    public required double Aicc { get; init; }

    /// <summary>Gets the Bayesian criterion n ln(RSS/n) + k ln n.</summary>
    public required double Bic { get; init; }

    /// <summary>Compares predictions with measurements.</summary>
    /// <param name="rows">The measured losses.</param>
    /// <param name="predictions">The predicted losses, in the same order.</param>
    /// <param name="constants">How many constants were fitted.</param>
    /// <param name="huberDelta">Where the Huber loss becomes linear, in nats.</param>
    public static LawMetrics Of(IReadOnlyList<LawObservation> rows, IReadOnlyList<double> predictions, int constants, double huberDelta)
    {
        var mean = rows.Average(row => row.Loss);
        double[] errors = [.. rows.Select((row, at) => predictions[at] - row.Loss)];
        var residual = errors.Sum(error => error * error);
        var total = rows.Sum(row => Math.Pow(row.Loss - mean, 2));
        var (n, k) = (rows.Count, constants + 1);
        var fit = n * Math.Log(Math.Max(residual / n, 1e-300)); // an exact fit stays finite
        double[] excess = [.. rows.Select((row, at) => Math.Abs(errors[at]) / Math.Abs(row.Loss - row.Point.BaseLoss))];
        return new LawMetrics
        {
            Rows = n,
            R2 = total > 0 ? 1 - (residual / total) : double.NaN,
            Rmse = Math.Sqrt(residual / n),
            Deviation = Math.Sqrt(residual / Math.Max(1, n - constants)),
            Huber = errors.Average(error => HuberLoss.Value(error, huberDelta)),
            RelativeError = rows.Select((row, at) => Math.Abs(errors[at]) / row.Loss).Average(),
            ExcessRelativeError = excess.All(double.IsFinite) ? excess.Average() : null,
            SlopeDifference = AverageSlopeDifference.Of(rows, predictions),
            Aic = fit + (2 * k),
            Aicc = n > k + 1 ? fit + (2.0 * k * n / (n - k - 1)) : double.PositiveInfinity,
            Bic = fit + (k * Math.Log(n)),
        };
    }

    /// <summary>Compares a fit with rows.</summary>
    public static LawMetrics Of(LawFit fit, IReadOnlyList<LawObservation> rows, int constants, double huberDelta) =>
        Of(rows, [.. rows.Select(row => fit.Predict(row.Point))], constants, huberDelta);
}
