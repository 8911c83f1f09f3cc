using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Shows the synthetic tasks that the embedded model is trained and judged on.</summary>
internal static class TasksCommand
{
    private const string HeldOut = "held-out";

    /// <summary>Builds the command.</summary>
    public static Command Create() =>
        new("tasks", "Synthetic tasks: seeded examples for training and evaluation.") { List(), Show(), Tokenizer() };

    private static DocumentedCommand List()
    {
        var command = new DocumentedCommand("ls", "List the tasks.") { Examples = ["llmeff tasks ls"] };
        command.SetAction(parsed =>
        {
            foreach (var task in TaskList.All)
            {
                parsed.InvocationConfiguration.Output.WriteLine(task.Name);
            }
        });
        return command;
    }

    private static DocumentedCommand Show()
    {
        var name = new Argument<string>("name") { Description = "The task, with parameters if wanted: NAME:KEY=VALUE" };
        var count = new Option<int>("--count", "-n") { Description = "How many examples", DefaultValueFactory = _ => 5, HelpName = "N" };
        var seed = new Option<ulong>("--seed") { Description = "Another seed gives other examples", DefaultValueFactory = _ => 1, HelpName = "N" };
        var split = new Option<string>("--split") { Description = "train or held-out", DefaultValueFactory = _ => "train" };
        split.AcceptOnlyFromAmong("train", HeldOut);
        var json = JsonOption.Create();
        var command = new DocumentedCommand("show", "Print examples.")
        {
            Examples =
            [
                "llmeff tasks show arithmetic --count 3 --split held-out",
                "llmeff tasks show stories --count 20000",
                "llmeff tasks show copy-edit --count 10000 --json",
                "llmeff tasks show permutation-walk:k=6:m=12 --count 2",
            ],
        };
        command.Add(name);
        foreach (var option in new Option[] { count, seed, split, json })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            var side = parsed.GetValue(split) == HeldOut ? TaskSplit.HeldOut : TaskSplit.Train;
            var examples = new TaskSet(TaskList.Find(parsed.GetRequiredValue(name)), parsed.GetValue(seed), side);
            for (var index = 0; index < parsed.GetValue(count); index++)
            {
                TaskExampleText.Write(parsed.InvocationConfiguration.Output, examples[index], parsed.GetValue(json));
            }
        });
        return command;
    }

    private static DocumentedCommand Tokenizer()
    {
        var name = new Argument<string>("name") { Description = "A task made of few symbols: permutation-walk or keyed-sum, with parameters" };
        var folder = new Option<DirectoryInfo>("--out", "-o") { Description = "The folder to write", HelpName = "DIR", Required = true };
        var command = new DocumentedCommand("tokenizer", "Write a tokenizer with one token for each symbol of a task, and its chat template.")
        {
            Examples = ["llmeff tasks tokenizer permutation-walk:k=8:m=97 --out ./walk-tokenizer"],
        };
        command.Add(name);
        command.Add(folder);
        command.SetAction(parsed =>
        {
            var written = parsed.GetRequiredValue(name);
            var task = TaskList.Find(written) as ISymbolTask ?? throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"task '{written}' is written in words: take a tokenizer of words, or one of the tasks "
                + string.Join(", ", TaskList.All.OfType<ISymbolTask>().Select(known => known.Name)));
            var tokenizer = SymbolTokenizer.Make(task.Symbols);
            TokenizerFolder.Write(parsed.GetRequiredValue(folder), tokenizer, SymbolTokenizer.Template, [SymbolTokenizer.End]);
            parsed.InvocationConfiguration.Output.WriteLine($"{tokenizer.Vocabulary.Size} tokens in {parsed.GetRequiredValue(folder)}");
        });
        return command;
    }
}
