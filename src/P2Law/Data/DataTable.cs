using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.P2Law.Data;

/// <summary>A table of texts with named columns.</summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="columns">The names of the columns, each once.</param>
/// <param name="rows">The cells of each row, as many as columns; null where a row has none; and the line it stands on.</param>
/// <param name="sha256">The hash of the file.</param>
public sealed class DataTable(string file, IReadOnlyList<string> columns, IReadOnlyList<(int Line, string?[] Cells)> rows, string sha256)
{
    private readonly Dictionary<string, int> _columns =
        columns.Select((name, at) => (name, at)).DistinctBy(pair => pair.name).ToDictionary(pair => pair.name, pair => pair.at);

    /// <summary>Gets the names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; } = columns;

    /// <summary>Gets how many rows there are.</summary>
    public int RowCount => rows.Count;

    /// <summary>Gets the hash of the file, in small hexadecimal digits.</summary>
    public string Sha256 { get; } = sha256;

    /// <summary>Finds how the texts of a column are read; a name that begins with <c>=</c> is the text itself.</summary>
    /// <exception cref="LlmEfficiencyException">There is no such column.</exception>
    public Func<int, string> Texts(string column)
    {
        if (column.StartsWith('='))
        {
            return _ => column[1..];
        }

        if (!_columns.TryGetValue(column, out var at))
        {
            var near = Spelling.Nearest(column, Columns) is { } word ? $"did you mean '{word}'?" : $"there are {string.Join(", ", Columns)}";
            throw new LlmEfficiencyException(ErrorKind.Input, $"{file}: there is no column '{column}': {near}");
        }

        return row => rows[row].Cells[at] ?? throw Fail(row, column, "nothing is here");
    }

    /// <summary>Finds how the numbers of a column are read.</summary>
    /// <param name="column">The column.</param>
    /// <param name="isAllowed">Which numbers may be there.</param>
    /// <param name="allowed">The same in words.</param>
    /// <exception cref="LlmEfficiencyException">There is no such column.</exception>
    public Func<int, double> Numbers(string column, Func<double, bool> isAllowed, string allowed)
    {
        var texts = Texts(column);
        return row =>
        {
            var text = texts(row);
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && isAllowed(value)
                ? value
                : throw Fail(row, column, $"'{Short(text)}' is here, allowed is {allowed}");
        };
    }

    private static string Short(string text) => text.Length <= 40 ? text.ReplaceLineEndings(" ") : text[..40].ReplaceLineEndings(" ") + "…";

    private LlmEfficiencyException Fail(int row, string column, string problem) => new(
        ErrorKind.Input, string.Create(CultureInfo.InvariantCulture, $"{file}: line {rows[row].Line}, column '{column}': {problem}"));
}
