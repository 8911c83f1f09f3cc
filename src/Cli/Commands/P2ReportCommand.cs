using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Reporting;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Writes the page about a fit.</summary>
internal static class P2ReportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var fit = new Argument<string>("FIT") { Description = "The file that 'p2 fit --out' wrote" };
        var data = new Option<string?>("--data") { Description = "The table (the one that was fitted, where it was)", HelpName = "FILE" };
        var file = new Option<string>("--out", "-o") { Description = "The HTML file", HelpName = "FILE", DefaultValueFactory = _ => "report.html" };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("report", "Write curves, residuals, constants and plan of a fit as one HTML file.")
        {
            Examples = ["llmeff p2 report fit.json --data sweep.csv --out report.html"],
        };
        command.Add(fit);
        command.Add(data);
        command.Add(file);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var fits = FitFiles.Read(parsed.GetRequiredValue(fit));
            var path = parsed.GetRequiredValue(file);
            FitReport.Build(fits, DataTableReader.Read(parsed.GetValue(data) ?? fits.DataFile)).Save(path);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? FitFiles.ToShortJson(fits) : path);
        });
        return command;
    }
}
