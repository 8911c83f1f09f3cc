using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Core.Evaluation;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Shows results: JSON a line as they come, or a table at the end.</summary>
internal sealed class EvaluationOutput
{
    private readonly TextWriter _output;
    private readonly bool _isJson;
    private readonly ProgressLine _line;
    private readonly List<EvaluationResult> _results = [];

    /// <summary>Begins.</summary>
    /// <param name="parsed">The command line, with its streams.</param>
    /// <param name="isJson">Whether a script reads the results.</param>
    public EvaluationOutput(ParseResult parsed, bool isJson)
    {
        var streams = parsed.InvocationConfiguration;
        (_output, _isJson, _line) = (streams.Output, isJson, ProgressLine.For(streams.Error));
    }

    /// <summary>Returns who is to be told how much is done.</summary>
    /// <param name="name">What is measured on.</param>
    /// <param name="total">How much there is, if it is known.</param>
    public IProgress<long> Progress(string name, long? total) =>
        new LineProgress<long>(done => _line.Show(total is null ? $"{name}: {done}" : $"{name}: {done} of {total}"));

    /// <summary>Takes results in.</summary>
    public void Add(IReadOnlyList<EvaluationResult> results)
    {
        _line.Clear();
        _results.AddRange(results);
        foreach (var result in _isJson ? results : [])
        {
            _output.WriteLine(JsonSerializer.Serialize(result, EvaluationJson.Default.EvaluationResult));
        }
    }

    /// <summary>Prints the table, if one is wanted.</summary>
    public void Finish()
    {
        string[][] rows = [["task", "metric", "value", "± stderr", "count"], .. _results.Select(Cells)];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))
            .ToArray();
        foreach (var row in _isJson ? [] : rows)
        {
            var cells = row.Select((cell, column) =>
                column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            _output.WriteLine(string.Join("  ", cells));
        }
    }

    private static string[] Cells(EvaluationResult result) =>
    [
        result.Task,
        result.Metric,
        result.Value.ToString("F4", CultureInfo.InvariantCulture),
        result.StandardError is { } error ? $"± {error.ToString("F4", CultureInfo.InvariantCulture)}" : "",
        result.Count.ToString(CultureInfo.InvariantCulture),
    ];
}
