using System.Globalization;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Rows of cells under each other.</summary>
internal static class TextTable
{
    /// <summary>Returns the rows, each column as wide as its widest cell.</summary>
    public static string Format(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Join(Environment.NewLine, rows.Select(Line));

        string Line(string[] row) => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
    }

    /// <summary>Returns a number with so many digits behind the point; a dash for none.</summary>
    public static string Number(double? value, int digits = 3) =>
        value is { } number && double.IsFinite(number) ? number.ToString($"F{digits}", CultureInfo.InvariantCulture) : "–";
}
