using System.CommandLine;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Puts runs side by side.</summary>
internal static class RlSummaryCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN") { Description = "Folders of runs", Arity = ArgumentArity.OneOrMore };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("summary", "Put runs side by side: a line each, values divided by commas.")
        {
            Examples = ["llmeff rl summary runs/* > summary.csv"],
        };
        command.Add(runs);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            RlRunSummary[] summaries = [.. parsed.GetRequiredValue(runs).Select(RlRunSummary.Of)];
            if (parsed.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(summaries, RlJson.Default.IReadOnlyListRlRunSummary));
                return;
            }

            output.WriteLine(RlRunSummary.CsvHeader);
            foreach (var summary in summaries)
            {
                output.WriteLine(summary.ToCsv());
            }
        });
        return command;
    }
}
