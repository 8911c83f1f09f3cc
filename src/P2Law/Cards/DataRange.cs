using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>What the fitted rows cover. Numbers that the rows do not have are null; sizes and tokens are counted one by one.</summary>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="Sizes">How many different sizes.</param>
/// <param name="Rates">How many different rates a size has at most.</param>
/// <param name="LeastSize">The smallest size.</param>
/// <param name="MostSize">The largest size.</param>
/// <param name="LeastTokens">The fewest tokens.</param>
/// <param name="MostTokens">The most tokens.</param>
/// <param name="LeastRate">The lowest rate.</param>
/// <param name="MostRate">The highest rate.</param>
/// <param name="BelowBaseLoss">How many rows have a loss below L0: the law cannot explain them.</param>
public sealed record DataRange(
    int Rows,
    int Runs,
    int Sizes,
    int Rates,
    double? LeastSize,
    double? MostSize,
    double? LeastTokens,
    double? MostTokens,
    double? LeastRate,
    double? MostRate,
    int BelowBaseLoss)
{
    /// <summary>Measures rows.</summary>
    public static DataRange Of(IReadOnlyList<LawObservation> rows, double sizeUnit, double tokenUnit)
    {
        var (sizes, tokens) = (Ends(row => row.Point.Size * sizeUnit), Ends(row => row.Point.Tokens * tokenUnit));
        var rates = Ends(row => row.Point.Rate);
        return new DataRange(
            rows.Count,
            rows.Select(row => row.Run).Distinct().Count(),
            rows.Select(row => row.Point.Size).Distinct().Count(size => !double.IsNaN(size)),
            RateLevels.Most([.. rows.Select(row => row.Point)]),
            sizes.Least,
            sizes.Most,
            tokens.Least,
            tokens.Most,
            rates.Least,
            rates.Most,
            rows.Count(row => row.Loss < row.Point.BaseLoss));

        (double? Least, double? Most) Ends(Func<LawObservation, double> value) =>
            double.IsFinite(value(rows[0])) ? (rows.Min(value), rows.Max(value)) : (null, null);
    }
}
