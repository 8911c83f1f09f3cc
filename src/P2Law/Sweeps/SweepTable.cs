using System.Globalization;
using System.Text;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>The table of a sweep: a row for each loss of each run of a base whose control is done.</summary>
public static class SweepTable
{
    private static readonly (string Name, Func<SweepResult, SweepPoint, double, string> Value)[] Columns =
    [
        ("run", (result, _, _) => result.Run),
        ("size", (result, _, _) => result.Size),
        ("seed", (result, _, _) => Text(result.Seed)),
        ("method", (result, _, _) => result.Method),
        ("pruner", (result, _, _) => result.Pruner ?? result.Method),
        ("n0", (result, _, _) => Text(result.ParametersBefore)),
        ("n", (result, _, _) => Text(result.ParametersAfter)),
        ("rho", (result, _, _) => Text(result.Rates.Total)),
        ("rho_total", (result, _, _) => Text(result.Rates.Total)),
        ("rho_non_embedding", (result, _, _) => Text(result.Rates.NonEmbedding)),
        ("rho_prunable", (result, _, _) => Text(result.Rates.Prunable)),
        ("d", (_, point, _) => Text(point.Tokens)),
        ("l0", (_, _, before) => Text(before)),
        ("loss", (_, point, _) => Text(point.Loss)),
        ("loss_pruned", (result, _, _) => Text(result.LossBefore)),
        ("tokens", (_, point, _) => Text(point.Tokens)),
        ("base_tokens", (result, _, _) => result.BaseTokens is { } tokens ? Text(tokens) : string.Empty),
        ("learning_rate", (result, _, _) => Text(result.LearningRate)),
        ("wall_seconds", (_, point, _) => Text(point.Seconds)),
        ("peak_memory_bytes", (_, point, _) => Text(point.PeakMemory)),
    ];

    /// <summary>Gets the names of the columns.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Columns.Select(column => column.Name)];

    /// <summary>Writes the table, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="results">The cells that are done.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="Core.Errors.LlmEfficiencyException">The file cannot be written.</exception>
    public static int Write(string path, IReadOnlyCollection<SweepResult> results)
    {
        var controls = results.Where(result => result.Method == SweepMethod.Control).ToDictionary(result => result.Base, result => result.LossBefore);
        var lines =
            from result in results
            where controls.ContainsKey(result.Base)
            from point in result.Points
            select string.Join(',', Columns.Select(column => Quoted(column.Value(result, point, controls[result.Base]))));
        var rows = lines.ToArray();
        AtomicFile.WriteText(path, new StringBuilder().AppendJoin('\n', rows.Prepend(string.Join(',', Names))).Append('\n').ToString());
        return rows.Length;
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Quoted(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
