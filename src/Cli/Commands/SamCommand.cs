using System.CommandLine;
using System.Globalization;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Replay;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Suffix automata: replays of recorded answers.</summary>
internal static class SamCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create() => new(
        "sam", "Draft from suffix automata: indexes of corpora, earlier answers, replays of recorded ones.")
    {
        SamIndexCommand.Create(), SamCacheCommand.Create(), Replay(),
    };

    private static DocumentedCommand Replay()
    {
        var traces = new Option<string>("--traces") { Description = "Recorded answers, JSON Lines in FastChat's form", HelpName = "FILE", Required = true };
        var questions = new Option<string>("--questions") { Description = "Their questions, JSON Lines in FastChat's form", HelpName = "FILE", Required = true };
        var tokenizer = new Option<string>("--tokenizer") { Description = "The tokenizer of the model that answered", HelpName = "DIR", Required = true };
        var names = new Option<string>("--drafter")
        {
            Description = $"Names divided by commas: {string.Join(", ", DrafterList.All.Select(entry => entry.Name))}",
            DefaultValueFactory = _ => "pld,sam,suffix,auto",
            HelpName = "NAMES",
        };
        var rows = new Option<int>("--draft-rows")
        {
            Description = "At most so many tokens in a pass, the draft and the one before it",
            DefaultValueFactory = _ => 64,
            HelpName = "N",
        };
        var indexes = new Option<string[]>("--index") { Description = "Frozen indexes to draft from; may be given often", HelpName = "FILE" };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("replay", "Measure drafters on recorded greedy answers, without the model.")
        {
            Examples =
            [
                "llmeff sam replay --traces vicuna.jsonl --questions question.jsonl --tokenizer ./vicuna-7b --drafter pld,sam,auto",
            ],
        };
        foreach (var option in new Option[] { traces, questions, tokenizer, names, rows, indexes, json })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var entries = parsed.GetRequiredValue(names)
                    .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(DrafterList.Find).ToArray();
                SpeculationOptions.CheckRows(parsed.GetValue(rows));
                foreach (var entry in entries.Where(entry => entry.NeedsIndex))
                {
                    SpeculationOptions.CheckTexts(entry, parsed.GetValue(indexes)?.Length ?? 0, 0, hasCache: false);
                }

                var read = TokenizerSource.Read(parsed.GetRequiredValue(tokenizer));
                using var texts = OpenedTexts.Open(parsed.GetValue(indexes) ?? [], [], read);
                var turns = ReplayTraces.Read(
                    parsed.GetRequiredValue(questions), parsed.GetRequiredValue(traces), read, BuiltInTemplates.Vicuna);
                var results = entries
                    .Select(entry => ReplayReport.Run(entry, texts.Sources, turns, parsed.GetValue(rows), cancellation)).ToArray();
                var output = parsed.InvocationConfiguration.Output;
                output.WriteLine(parsed.GetValue(json)
                    ? new ReplayReports(results).ToJson()
                    : Table(results));
            },
            CancellationToken.None));
        return command;
    }

    private static string Table(IReadOnlyList<ReplayReport> results)
    {
        var categories = results.SelectMany(result => result.Categories.Keys).Distinct().ToArray();
        string[][] cells =
        [
            ["drafter", "MAT", "rows/step", .. categories],
            .. results.Select(result => (string[])
            [
                result.Name, Number(result.Mat), Number(result.RowsPerStep), .. categories.Select(category => Number(result.Categories[category])),
            ]),
        ];
        var widths = Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length)).ToArray();
        return string.Join(Environment.NewLine, cells.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
