using LlmEfficiency.Core.Reports;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.P2Law.Reporting;

/// <summary>What a fit says over tokens, as lines with bands. Tokens and sizes are counted one by one.</summary>
/// <param name="law">The fit.</param>
internal sealed class LossLines(FittedLaw law)
{
    /// <summary>How many repeated fits a band takes at most.</summary>
    public const int MostDraws = 200;

    private const int Places = 60;

    /// <summary>Returns the loss of a model over tokens.</summary>
    /// <param name="name">The name in the legend.</param>
    /// <param name="model">The model.</param>
    /// <param name="first">The fewest tokens, above 0.</param>
    /// <param name="last">The most tokens.</param>
    /// <param name="marked">The tokens at which a dot lies on the line; null for none.</param>
    public ChartSeries Loss(string name, PlannedModel model, double first, double last, double? marked = null) =>
        Line(name, first, last, marked, (constants, tokens) => law.Loss(model, tokens, constants));

    /// <summary>Returns what a billion tokens more would bring at the slope of each place, in nats.</summary>
    public ChartSeries Gain(string name, PlannedModel model, double first, double last, double? marked = null) =>
        Line(name, first, last, marked, (constants, tokens) =>
            (law.Loss(model, tokens * 0.999, constants) - law.Loss(model, tokens * 1.001, constants)) / (0.002 * tokens) * 1e9);

    /// <summary>Returns a level line with its band.</summary>
    public static ChartSeries Level(string name, double first, double last, double value, ParameterInterval? interval = null) => new()
    {
        Name = name,
        Points = [new ChartPoint(first, value), new ChartPoint(last, value)],
        Band = interval is { } known ? [new ChartInterval(first, known.Lower, known.Upper), new ChartInterval(last, known.Lower, known.Upper)] : [],
    };

    /// <summary>Joins lines into one of one colour: a gap lies between two of them.</summary>
    public static ChartSeries Join(string name, IReadOnlyList<ChartSeries> lines) => new()
    {
        Name = name,
        Points = [.. lines.SelectMany(line => line.Points.Append(new ChartPoint(line.Points[^1].X, double.NaN)))],
        Band = [.. lines.SelectMany(line => line.Band.Count == 0 ? [] : line.Band.Append(new ChartInterval(line.Band[^1].X, double.NaN, double.NaN)))],
        Raw = [.. lines.SelectMany(line => line.Raw.Count == 0 ? [] : line.Raw.Append(new ChartPoint(line.Raw[^1].X, double.NaN)))],
    };

    private ChartSeries Line(string name, double first, double last, double? marked, Func<double[], double, double> value)
    {
        double[] places = [.. Enumerable.Range(0, Places).Select(at => first * Math.Pow(last / first, at / (Places - 1.0)))];
        double[][] draws = [.. law.Draws.Take(MostDraws)];
        IEnumerable<ChartPoint> dot = marked is { } tokens
            ? [new ChartPoint(last, double.NaN), new ChartPoint(tokens, value(law.Constants, tokens))] : []; // a point alone is drawn as a dot
        return new ChartSeries
        {
            Name = name,
            Points = [.. places.Select(tokens => new ChartPoint(tokens, value(law.Constants, tokens))), .. dot],
            Band = draws.Length == 0 ? [] : [.. places.Select(Piece)],
        };

        ChartInterval Piece(double tokens)
        {
            var interval = BootstrapIntervals.Percentile(draws.Select(constants => value(constants, tokens)), law.Level);
            return new ChartInterval(tokens, interval.Lower, interval.Upper);
        }
    }
}
