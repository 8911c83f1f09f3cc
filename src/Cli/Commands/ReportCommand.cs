using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Reports;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Writes the page about runs.</summary>
internal static class ReportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var folders = new Argument<DirectoryInfo[]>("run") { Description = "Folders of runs; they may still go on", Arity = ArgumentArity.OneOrMore };
        var file = new Option<FileInfo>("--out", "-o") { Description = "The HTML file (RUN/report.html; several runs need a name)", HelpName = "FILE" };
        var axis = new Option<string>("--x") { Description = "What the curves run over: step or tokens", DefaultValueFactory = _ => "step" };
        axis.AcceptOnlyFromAmong("step", "tokens");
        var json = JsonOption.Create();
        var command = new DocumentedCommand("report", "Write curves, numbers, settings and health of runs as one HTML file, several over each other.")
        {
            Examples = ["llmeff report ./run", "llmeff report ./run --out run.html --x tokens", "llmeff report ./a ./b ./c --out compared.html"],
        };
        command.Add(folders);
        command.Add(file);
        command.Add(axis);
        command.Add(json);
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folders),
            parsed.GetValue(file)?.FullName,
            parsed.GetRequiredValue(axis) == "tokens" ? ReportAxis.Tokens : ReportAxis.Step,
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Run(DirectoryInfo[] folders, string? file, ReportAxis axis, bool isJson, TextWriter output)
    {
        var runs = new List<RunFolder>();
        try
        {
            runs.AddRange(folders.Select(folder => RunFolder.Open(folder.FullName, readOnly: true)));
            var path = file ?? (runs.Count == 1
                ? Path.Combine(runs[0].FullPath, "report.html")
                : throw new LlmEfficiencyException(ErrorKind.Usage, "a report on several runs lies in none of them: give --out FILE"));
            RunReport.Build(runs, axis, runs.Exists(run => run.Manifest.Kind == RlSettings.RlKind) ? RlCharts.All : []).Save(path);
            output.WriteLine(!isJson ? path : runs.Count == 1 ? RunSummary.Of(runs[0]).ToJson() : RunSummary.ToJson(runs.Select(RunSummary.Of)));
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }
    }
}
