using LlmEfficiency.SamDecoding.Bench;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>A benchmark's figures for a person.</summary>
internal static class BenchTable
{
    /// <summary>Returns the figures over all questions, and the speed-ups by task.</summary>
    public static string Format(BenchReport report)
    {
        string[] tasks = [.. report.Methods[0].Tasks.Select(task => task.Key)];
        string[] head = ["method", "MAT", "rows/step", "drafted", "tokens/s", "speed-up", "drafting", "differ"];
        string[][] overall = [head, .. report.Methods.Select(method => Overall(method.Name, method.Overall))];
        string[][] byTask =
        [
            ["speed-up (MAT)", .. tasks],
            .. report.Methods.Select(method => (string[])[method.Name, .. method.Tasks.Select(task => Task(task.Value))]),
        ];
        var skipped = report.Skipped > 0 ? $"{Environment.NewLine}{report.Skipped} questions do not fit into the model's context" : "";
        return $"{report.Model} ({report.Engine}), {report.Methods[0].Overall.Questions} questions{skipped}{Environment.NewLine}"
            + $"{TextTable.Format(overall)}{Environment.NewLine}{Environment.NewLine}{TextTable.Format(byTask)}";
    }

    private static string[] Overall(string name, BenchFigures figures) =>
    [
        name,
        TextTable.Number(figures.Mat),
        TextTable.Number(figures.RowsPerStep, 2),
        $"{TextTable.Number(100 * figures.DraftedSteps, 1)} %",
        TextTable.Number(figures.TokensPerSecond, 1),
        TextTable.Number(figures.Speedup, 2),
        $"{TextTable.Number(100 * figures.DraftShare, 2)} %",
        figures.Differing is { } questions ? TextTable.Number(questions, 0) : "–",
    ];

    private static string Task(BenchFigures figures) => $"{TextTable.Number(figures.Speedup, 2)} ({TextTable.Number(figures.Mat, 2)})";
}
