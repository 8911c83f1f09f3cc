using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Verification;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Reads a whole model, and looks whether a pruned one is what it says.</summary>
internal static class ModelVerifyCommand
{
    /// <summary>Builds the command.</summary>
    public static DocumentedCommand Create()
    {
        var (model, json) = (ModelCommand.ModelArgument(), JsonOption.Create());
        var original = new Option<string?>("--against") { Description = "The model that it was pruned from: what is left must be its, bit by bit", HelpName = "MODEL" };
        var data = new Option<string?>("--data") { Description = "Measure its perplexity on this file, and that of --against", HelpName = "FILE" };
        var limit = new Option<int?>("--limit") { Description = "How many documents of --data at most", HelpName = "N" };
        var command = new DocumentedCommand("verify", "Read a whole model and tell every problem, of a pruned one also what its pruning.json claims; exit code 2 if there is one.")
        {
            Examples = ["llmeff model verify ./model", "llmeff model verify ./pruned --against ./model --data test.txt"],
        };
        foreach (var symbol in new Option[] { original, data, limit, json })
        {
            command.Add(symbol);
        }

        command.Add(model);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            var (name, against) = (parsed.GetRequiredValue(model), parsed.GetValue(original));
            var line = ProgressLine.For(parsed.InvocationConfiguration.Error);
            NativeLibraries.Require();
            TorchThreads.Set(null);
            var host = new PruningHost { Cancellation = cancellation };
            var check = ModelVerification.Run(
                name, against, host, new LineProgress<LoadProgress>(step => line.Show("reading", step.DoneBytes, step.TotalBytes)));
            if (parsed.GetValue(data) is { } file && check.Problems.Count == 0)
            {
                line.Show("measuring perplexity");
                check = check with { Perplexity = PerplexityChange.Measure(name, against, file, parsed.GetValue(limit), host) };
            }

            line.Clear();
            PruningText.Write(parsed.InvocationConfiguration.Output, check, parsed.GetValue(json));
            return check.Problems.Count == 0 ? 0 : (int)ErrorKind.Input;
        }
    }
}
