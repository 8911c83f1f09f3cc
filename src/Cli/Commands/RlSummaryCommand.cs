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
        var means = new Option<bool>("--means") { Description = "A line for runs that differ in their seed alone: means, and half of the 95 % interval" };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("summary", "Put runs side by side: a line each, values divided by commas.")
        {
            Examples = ["llmeff rl summary runs/* > summary.csv", "llmeff rl summary runs/* --means"],
        };
        command.Add(runs);
        command.Add(means);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            RlRunSummary[] summaries = [.. parsed.GetRequiredValue(runs).Select(RlRunSummary.Of)];
            if (parsed.GetValue(means))
            {
                var groups = RlRunMeans.Of(summaries);
                Write(
                    output,
                    parsed.GetValue(json) ? JsonSerializer.Serialize(groups, RlJson.Default.IReadOnlyListRlRunMeans) : null,
                    RlRunMeans.CsvHeader,
                    groups.Select(group => group.ToCsv()));
                return;
            }

            Write(
                output,
                parsed.GetValue(json) ? JsonSerializer.Serialize(summaries, RlJson.Default.IReadOnlyListRlRunSummary) : null,
                RlRunSummary.CsvHeader,
                summaries.Select(summary => summary.ToCsv()));
        });
        return command;
    }

    private static void Write(TextWriter output, string? json, string header, IEnumerable<string> lines)
    {
        if (json is not null)
        {
            output.WriteLine(json);
            return;
        }

        output.WriteLine(header);
        foreach (var line in lines)
        {
            output.WriteLine(line);
        }
    }
}
