using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.P2Law.Claims;

/// <summary>Takes runs out of the table of a sweep. Columns are read by name; those that are not asked for do not matter.</summary>
public static class SweepTableReader
{
    private const string Family = "family";

    /// <summary>Reads the runs.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="LlmEfficiencyException">A column is missing, a number is wrong, or rows of a run contradict each other.</exception>
    public static IReadOnlyList<MeasuredRun> Read(string name, DataTable table)
    {
        var (run, size, seed, method) = (table.Texts("run"), table.Texts("size"), table.Texts("seed"), table.Texts("method"));
        var family = table.Columns.Contains(Family) ? table.Texts(Family) : _ => string.Empty;
        var (parameters, tokens) = (Positive(table, "n0"), Positive(table, "d"));
        var (before, loss) = (Positive(table, "l0"), Positive(table, "loss"));
        var rate = table.Numbers("rho", value => value is >= 0 and < 1, "a rate from 0 to below 1");
        return MeasuredRun.WithLevels([.. Enumerable.Range(0, table.RowCount).GroupBy(run).Select(Run)]);

        MeasuredRun Run(IGrouping<string, int> rows)
        {
            int[] sorted = [.. rows.OrderBy(tokens)];
            var first = sorted[0];
            if (sorted.FirstOrDefault(row => Facts(row) != Facts(first), -1) is >= 0 and var other)
            {
                throw Fail(rows.Key, $"its rows have different facts of the run ({Facts(first)} and {Facts(other)}): a run has one size, seed, method, rate and l0");
            }

            double[] places = [.. sorted.Select(tokens)];
            if (places.Distinct().Count() < places.Length)
            {
                throw Fail(rows.Key, "two of its rows have the same d: a table of one sweep has each loss once");
            }

            return new MeasuredRun(
                rows.Key, family(first), size(first), seed(first), method(first), parameters(first), rate(first), before(first), places, [.. sorted.Select(loss)]);
        }

        LlmEfficiencyException Fail(string key, string problem) => new(ErrorKind.Input, $"{name}: run '{key}': {problem}");

        string Facts(int row) => string.Create(
            CultureInfo.InvariantCulture, $"{family(row)} {size(row)}, seed {seed(row)}, {method(row)}, n0 {parameters(row)}, rho {rate(row)}, l0 {before(row)}");
    }

    private static Func<int, double> Positive(DataTable table, string column) =>
        table.Numbers(column, value => value > 0 && double.IsFinite(value), "a number above 0");
}
