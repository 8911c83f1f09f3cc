using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Reports;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Writes the page about a run.</summary>
internal static class ReportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("run") { Description = "The folder of the run; it may still go on" };
        var file = new Option<FileInfo>("--out", "-o") { Description = "The HTML file (RUN/report.html)", HelpName = "FILE" };
        var axis = new Option<string>("--x") { Description = "What the curves run over: step or tokens", DefaultValueFactory = _ => "step" };
        axis.AcceptOnlyFromAmong("step", "tokens");
        var json = JsonOption.Create();
        var command = new DocumentedCommand("report", "Write curves, numbers, settings and health of a run as one HTML file.")
        {
            Examples = ["llmeff report ./run", "llmeff report ./run --out run.html --x tokens"],
        };
        command.Add(folder);
        command.Add(file);
        command.Add(axis);
        command.Add(json);
        command.SetAction(parsed =>
        {
            using var run = RunFolder.Open(parsed.GetRequiredValue(folder).FullName, readOnly: true);
            var path = parsed.GetValue(file)?.FullName ?? Path.Combine(run.FullPath, "report.html");
            RunReport.Write(run, path, parsed.GetRequiredValue(axis) == "tokens" ? ReportAxis.Tokens : ReportAxis.Step);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? RunSummary.Of(run).ToJson() : path);
        });
        return command;
    }
}
