using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Replay;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Suffix automata: indexes, measurements with a model, replays of recorded answers.</summary>
internal static class SamCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create() => new(
        "sam", "Draft from suffix automata and with draft heads: indexes of corpora, earlier answers, training of heads, measurements with a model and by replay.")
    {
        SamIndexCommand.Create(), SamCacheCommand.Create(), SamTrainEagleCommand.Create(), SamBenchCommand.Create(), Replay(),
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
        var template = new Option<string>("--template")
        {
            Description = $"The form of prompts: {string.Join(", ", PromptForm.Names)}; auto is that of the model at --tokenizer",
            DefaultValueFactory = _ => "vicuna",
            HelpName = "NAME",
        };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("replay", "Measure drafters on recorded greedy answers, without the model.")
        {
            Examples =
            [
                "llmeff sam replay --traces vicuna.jsonl --questions question.jsonl --tokenizer ./vicuna-7b --drafter pld,sam,auto",
            ],
        };
        foreach (var option in new Option[] { traces, questions, tokenizer, template, names, rows, indexes, json })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var entries = Entries(parsed.GetRequiredValue(names), parsed.GetValue(indexes)?.Length ?? 0);
                SpeculationOptions.CheckRows(parsed.GetValue(rows));

                var read = TokenizerSource.Read(parsed.GetRequiredValue(tokenizer));
                using var texts = OpenedTexts.Open(parsed.GetValue(indexes) ?? [], [], read);
                var name = parsed.GetRequiredValue(template);
                var form = PromptForm.Find(name, read, OwnTemplate(name, parsed.GetRequiredValue(tokenizer)));
                var turns = ReplayTraces.Read(
                    parsed.GetRequiredValue(questions), parsed.GetRequiredValue(traces), read, form.Template);
                var results = entries
                    .Select(entry => ReplayReport.Run(entry, texts.Sources, turns, parsed.GetValue(rows), cancellation)).ToArray();
                var output = parsed.InvocationConfiguration.Output;
                var notes = ReplayReports.NotesOn(entries, parsed.GetValue(indexes)?.Length ?? 0);
                output.WriteLine(parsed.GetValue(json)
                    ? new ReplayReports(results, notes).ToJson()
                    : string.Join(Environment.NewLine, [Table(results), .. notes]));
            },
            CancellationToken.None));
        return command;
    }

    private static DrafterEntry[] Entries(string names, int indexes)
    {
        DrafterEntry[] entries =
            [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(DrafterList.Find)];
        foreach (var entry in entries.Where(entry => entry.NeedsIndex))
        {
            SpeculationOptions.CheckTexts(entry, indexes, 0, hasCache: false);
        }

        return entries.FirstOrDefault(entry => entry.NeedsLogits || entry.NeedsHead) is not { } needy ? entries : throw new LlmEfficiencyException(
            ErrorKind.Usage, $"--drafter {needy.Name} drafts from the model's own numbers, which recorded answers do not have: measure it by 'llmeff sam bench'");
    }

    private static ChatTemplate? OwnTemplate(string form, string model)
    {
        if (form != PromptForm.Automatic)
        {
            return null;
        }

        using var stored = StoredModel.Open(ModelLocation.Find(model));
        return stored.ReadTemplate();
    }

    private static string Table(IReadOnlyList<ReplayReport> results)
    {
        var categories = results.SelectMany(result => result.Categories.Keys).Distinct().ToArray();
        return TextTable.Format(
        [
            ["drafter", "MAT", "rows/step", .. categories],
            .. results.Select(result => (string[])
            [
                result.Name,
                TextTable.Number(result.Mat),
                TextTable.Number(result.RowsPerStep),
                .. categories.Select(category => TextTable.Number(result.Categories[category])),
            ]),
        ]);
    }
}
