using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Data;

/// <summary>Takes measured losses out of a table.</summary>
public static class ObservationReader
{
    /// <summary>Reads the rows that a law can take.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Where it holds what.</param>
    /// <param name="law">The law, which tells what is needed.</param>
    /// <exception cref="LlmEfficiencyException">A column or a number is missing or wrong; row and column are named.</exception>
    public static ObservationSet Read(DataTable table, ObservationColumns columns, ILaw law)
    {
        Require(columns, law.Description);
        var notes = new List<string>();
        List<LawObservation> rows = [.. Rows(table, columns)];
        Keep(rows, notes, row => columns.MinTokens is not { } least || row.Point.Tokens * columns.TokenUnit >= least, "have too few tokens");
        Keep(rows, notes, row => columns.MaxTokens is not { } most || row.Point.Tokens * columns.TokenUnit <= most, "have too many tokens");
        Keep(rows, notes, row => columns.MaxFlops is not { } most || Flops(row.Point, columns) <= most, "have too many FLOPs");
        if (columns.DropHighest > 0)
        {
            var highest = rows.OrderByDescending(row => row.Loss).Take(columns.DropHighest).ToHashSet<LawObservation>(ReferenceEqualityComparer.Instance);
            Keep(rows, notes, row => !highest.Contains(row), "have the highest losses");
        }

        Keep(rows, notes, row => IsDefined(law, row.Point), $"are where {law.Description.Name} has no value, for example rho = 0");
        if (columns.Run is null && rows.Select(row => (row.Group, row.Run)).Distinct().Count() is var runs && runs < rows.Count)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"--run is not given: rows of equal N, rho and L0 are taken for one run, {runs} runs of {rows.Count} rows; --run {ObservationColumns.EachRow} makes each row a run"));
        }

        return rows.Count > 0
            ? new ObservationSet(rows, table.RowCount, notes, table.Sha256)
            : throw new LlmEfficiencyException(ErrorKind.Input, $"no row is left: {string.Join("; ", notes)}");
    }

    /// <summary>Returns C = 6 N D of a place.</summary>
    private static double Flops(LawPoint point, ObservationColumns columns) =>
        6 * point.Size * columns.SizeUnit * point.Tokens * columns.TokenUnit;

    private static void Keep(List<LawObservation> rows, List<string> notes, Predicate<LawObservation> isKept, string reason)
    {
        var removed = rows.RemoveAll(row => !isKept(row));
        if (removed > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{removed} rows {reason} and are left out"));
        }
    }

    private static bool IsDefined(ILaw law, in LawPoint point)
    {
        var description = law.Description;
        Span<double> terms = stackalloc double[description.Coefficients.Count];
        Span<double> slopes = stackalloc double[description.Coefficients.Count * description.Exponents.Count];
        double[] exponents = [.. description.Exponents.Select(exponent => exponent.Starts[0])];
        law.Terms(point, exponents, terms, slopes);
        var sum = law.Offset(point);
        foreach (var value in terms)
        {
            sum += value;
        }

        foreach (var value in slopes)
        {
            sum += value;
        }

        return double.IsFinite(sum);
    }

    private static void Require(ObservationColumns columns, LawDescription law)
    {
        (LawInputs Input, bool IsThere, string Options)[] needs =
        [
            (LawInputs.Size, columns.Size is not null, "--n"),
            (LawInputs.Tokens, columns.Tokens is not null || (columns.Flops is not null && columns.Size is not null), "--d, or --n and --flops"),
            (LawInputs.Rate, columns.Rate is not null, "--rho"),
            (LawInputs.BaseLoss, columns.BaseLoss is not null, "--l0"),
            (LawInputs.BaseTokens, columns.BaseTokens is not null, "--d1"),
        ];
        if (needs.FirstOrDefault(need => law.Inputs.HasFlag(need.Input) && !need.IsThere) is { Options: { } options })
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"the law {law.Name} needs {options}: name the column, or give =VALUE");
        }

        if (columns.Tokens is not null && columns.Flops is not null)
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, "--d and --flops exclude each other: leave one out");
        }
    }

    private static IEnumerable<LawObservation> Rows(DataTable table, ObservationColumns columns)
    {
        var loss = table.Numbers(columns.Loss, IsPositive, "a loss above 0");
        var size = Positive(table, columns.Size);
        var tokens = Positive(table, columns.Tokens ?? columns.Flops);
        var before = Positive(table, columns.BaseTokens);
        var baseLoss = Positive(table, columns.BaseLoss);
        var rate = columns.Rate is { } rates ? table.Numbers(rates, IsRate, "a rate from 0 to below 1") : _ => double.NaN;
        var run = columns.Run switch
        {
            null => null,
            ObservationColumns.EachRow => row => string.Create(CultureInfo.InvariantCulture, $"row {row + 1}"),
            { } name => table.Texts(name),
        };
        var group = columns.Group is { } groups ? table.Texts(groups) : _ => string.Empty;
        for (var row = 0; row < table.RowCount; row++)
        {
            var parameters = size(row);
            var seen = columns.Tokens is null ? tokens(row) / (6 * parameters) : tokens(row); // D = C / (6 N)
            var point = new LawPoint(
                parameters / columns.SizeUnit, seen / columns.TokenUnit, rate(row), baseLoss(row), before(row) / columns.TokenUnit);
            yield return new LawObservation(point, loss(row), run is null ? RunOf(point) : run(row), group(row));
        }
    }

    private static Func<int, double> Positive(DataTable table, string? column) =>
        column is null ? _ => double.NaN : table.Numbers(column, IsPositive, "a number above 0");

    private static bool IsRate(double value) => value is >= 0 and < 1;

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);

    private static string RunOf(LawPoint point) =>
        string.Create(CultureInfo.InvariantCulture, $"{point.Size:R}|{point.Rate:R}|{point.BaseLoss:R}");
}
