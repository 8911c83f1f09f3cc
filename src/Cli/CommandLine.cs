using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using LlmEfficiency.Cli.Commands;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Cli;

/// <summary>The whole command: its parts, and how failures become exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Builds the root command.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("""
            Efficient language models: run them, speed them up, prune them, train them.

            Exit codes: 0 done, 1 usage, 2 input, 3 configuration, 4 numerics (NaN), 5 out of memory, 6 disk, 7 distributed,
            8 environment (see 'llmeff doctor'), 9 network, 130 cancelled. '@FILE' reads arguments from a file.
            """);
        root.Subcommands.Add(GenerateCommand.Create());
        root.Subcommands.Add(ChatCommand.Create());
        root.Subcommands.Add(TokenizeCommand.Create());
        root.Subcommands.Add(TokenizerCommand.Create());
        root.Subcommands.Add(ModelCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(CompletionCommand.Create());
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    /// <summary>Parses and runs a command line.</summary>
    /// <returns>The exit code: 0, or the number of an <see cref="ErrorKind"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var parsed = Create().Parse(args);
        var usage = parsed.Action as ParseErrorAction;
        if (usage is not null)
        {
            usage.ShowHelp = false;
        }

        var configuration = new InvocationConfiguration
        {
            Output = usage is null ? output : error, // corrections are no results
            Error = error,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (LlmEfficiencyException problem)
        {
            await error.WriteLineAsync($"llmeff: {problem.Message}").ConfigureAwait(false);
            return (int)problem.Kind;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("llmeff: cancelled").ConfigureAwait(false);
            return (int)ErrorKind.Cancelled;
        }
    }
}
