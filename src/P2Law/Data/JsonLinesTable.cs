using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.P2Law.Data;

/// <summary>Tables with a JSON object a line: its texts, numbers and truth values are the cells, whatever else it has is passed over.</summary>
internal static class JsonLinesTable
{
    private const int MaxColumns = 1000;

    /// <summary>Reads a table.</summary>
    /// <exception cref="LlmEfficiencyException">A line is no object; it is named.</exception>
    public static DataTable Parse(string name, string text, string hash)
    {
        var (columns, rows) = (new Dictionary<string, int>(), new List<(int Line, Dictionary<int, string> Cells)>());
        var line = 0;
        foreach (var part in text.Split('\n'))
        {
            line++;
            if (!string.IsNullOrWhiteSpace(part))
            {
                rows.Add((line, Cells(Name(), part)));
            }

            if (columns.Count > MaxColumns)
            {
                throw new LlmEfficiencyException(ErrorKind.Input, $"{Name()}: there are more than {Text(MaxColumns)} names of fields");
            }
        }

        return new DataTable(
            name,
            [.. columns.Keys],
            [.. rows.Select(row => (row.Line, Enumerable.Range(0, columns.Count).Select(row.Cells.GetValueOrDefault).ToArray()))],
            hash);

        string Name() => $"{name}: line {Text(line)}";

        Dictionary<int, string> Cells(string place, string part)
        {
            using var record = StrictJson.Parse(place, Encoding.UTF8.GetBytes(part));
            var cells = new Dictionary<int, string>();
            foreach (var field in record.RootElement.EnumerateObject().Where(field => field.Value.ValueKind is
                JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False))
            {
                if (!columns.TryGetValue(field.Name, out var at))
                {
                    columns.Add(field.Name, at = columns.Count);
                }

                cells[at] = field.Value.ToString();
            }

            return cells;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
