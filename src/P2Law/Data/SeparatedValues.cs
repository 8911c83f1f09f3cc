using System.Globalization;
using LlmEfficiency.Core.Errors;
using nietras.SeparatedValues;

namespace LlmEfficiency.P2Law.Data;

/// <summary>Tables whose cells are divided by commas, tabs, semicolons or bars, with the quotes of RFC 4180.</summary>
internal static class SeparatedValues
{
    private static readonly char[] Marks = [',', '\t', ';', '|'];

    /// <summary>Reads a table. A first row of numbers is no header: the columns are then called 1, 2, and so on.</summary>
    /// <exception cref="LlmEfficiencyException">It is no table; the line is named.</exception>
    public static DataTable Parse(string name, string text, string hash)
    {
        var rows = new List<(int Line, string?[] Cells)>();
        try
        {
            using var reader = Sep.Reader(Options(name, text)).FromText(text);
            foreach (var row in reader)
            {
                if (row.ColCount > 1 || row[0].Span.Length > 0)
                {
                    rows.Add((row.LineNumberFrom, Cells(row)));
                    Check(name, rows);
                }
            }
        }
        catch (Exception problem) when (problem is InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{name}: after {Text(rows.Count)} rows: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }

        if (rows.Count == 0)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{name}: is empty");
        }

        var hasHeader = !rows[0].Cells.All(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        return new DataTable(
            name,
            [.. rows[0].Cells.Select((cell, at) => hasHeader && cell is not null ? cell : Text(at + 1))],
            hasHeader ? rows[1..] : rows,
            hash);
    }

    private static Func<SepReaderOptions, SepReaderOptions> Options(string name, string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var first = end < 0 ? text : text[..end];
        var mark = name.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : Marks.MaxBy(mark => first.Count(letter => letter == mark));
        return options => options with
        {
            Sep = new Sep(mark),
            HasHeader = false,
            Unescape = true,
            DisableColCountCheck = true,
            Trim = SepTrim.All,
        };
    }

    private static string?[] Cells(SepReader.Row row)
    {
        var cells = new string?[row.ColCount];
        for (var column = 0; column < cells.Length; column++)
        {
            var cell = row[column];
            cells[column] = cell.Span.Length > 0 ? cell.ToString() : null;
        }

        return cells;
    }

    private static void Check(string name, List<(int Line, string?[] Cells)> rows)
    {
        var (line, cells) = rows[^1];
        if (cells.Length != rows[0].Cells.Length)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{name}: line {Text(line)} has {Text(cells.Length)} cells, the first one {Text(rows[0].Cells.Length)}: each must have as many");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
