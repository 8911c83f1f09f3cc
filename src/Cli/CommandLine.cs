using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using LlmEfficiency.Cli.Commands;
using LlmEfficiency.Cli.Recipes;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Cli;

/// <summary>The whole command: its parts, and how failures become exit codes.</summary>
internal static class CommandLine
{
    /// <summary>The exit code of a fault that no input should cause; sysexits.h calls it EX_SOFTWARE.</summary>
    public const int Fault = 70;

    private const string TraceVariable = "LLMEFF_TRACE";

    // After Ctrl-C a step of a large model may still have to end.
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    /// <summary>Builds the root command.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("""
            Efficient language models: read, check, convert and run checkpoints of the Llama family on a CPU or a GPU.

            Exit codes: 0 done, 1 usage, 2 input, 3 configuration, 4 numerics (NaN), 5 out of memory, 6 disk, 7 distributed,
            8 environment (see 'llmeff doctor'), 9 network, 70 a fault of llmeff itself (LLMEFF_TRACE=1 shows where), 130 cancelled.
            '@FILE' reads arguments from a file, one a line.
            """);
        root.Subcommands.Add(GenerateCommand.Create());
        root.Subcommands.Add(ChatCommand.Create());
        root.Subcommands.Add(EvalCommand.Create());
        root.Subcommands.Add(TokenizeCommand.Create());
        root.Subcommands.Add(TokenizerCommand.Create());
        root.Subcommands.Add(TrainCommand.Create());
        root.Subcommands.Add(TasksCommand.Create());
        root.Subcommands.Add(SamCommand.Create());
        root.Subcommands.Add(RlCommand.Create());
        root.Subcommands.Add(PruneCommand.Create());
        root.Subcommands.Add(P2Command.Create());
        root.Subcommands.Add(ModelCommand.Create());
        root.Subcommands.Add(BenchCommand.Create());
        root.Subcommands.Add(RecipesCommand.Create(RecipeBook.Embedded));
        root.Subcommands.Add(ReportCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(CompletionCommand.Create());
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    /// <summary>Parses and runs a command line.</summary>
    /// <returns>
    /// The exit code: 0, the number of an <see cref="ErrorKind"/>, or 70 for a fault of the command itself.
    /// </returns>
    public static async Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter error)
    {
        var parsed = Create().Parse(args);
        if (parsed.Action is ParseErrorAction usage)
        {
            await UsageErrors.WriteAsync(parsed, usage, error).ConfigureAwait(false);
            return (int)ErrorKind.Usage;
        }

        if (UsageErrors.UnknownOption(parsed) is { } unknown)
        {
            await error.WriteLineAsync($"llmeff: '{unknown}' is no option of this command: see --help, or put '--' before a text that looks like one")
                .ConfigureAwait(false);
            return (int)ErrorKind.Usage;
        }

        var streams = new CommandStreams
        {
            Input = input,
            Output = output,
            Error = error,
            IsPerson = ReferenceEquals(input, Console.In) && !Console.IsInputRedirected,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopTime,
        };
        var (code, problem) = await InvokeAsync(parsed, streams).ConfigureAwait(false);
        if (problem is not null)
        {
            await error.WriteLineAsync($"llmeff: {problem}").ConfigureAwait(false);
        }

        return code;
    }

    private static async Task<(int Code, string? Problem)> InvokeAsync(ParseResult parsed, CommandStreams streams)
    {
        try
        {
            return (await parsed.InvokeAsync(streams).ConfigureAwait(false), null);
        }
        catch (LlmEfficiencyException problem)
        {
            return ((int)problem.Kind, problem.Message);
        }
        catch (TypeInitializationException outer) when (outer.GetBaseException() is LlmEfficiencyException problem)
        {
            return ((int)problem.Kind, problem.Message); // of TorchSharp, whose library does not load
        }
        catch (OperationCanceledException)
        {
            return ((int)ErrorKind.Cancelled, "cancelled");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return ((int)ErrorKind.Disk, $"the output cannot be written: {problem.Message}"); // files are named where they are used
        }
        catch (Exception problem) when (Environment.GetEnvironmentVariable(TraceVariable) != "1")
        {
            var line = problem.Message.ReplaceLineEndings(" ");
            return (Fault, $"a fault of llmeff itself, please report it: {problem.GetType().Name}: {line} ({TraceVariable}=1 shows where)");
        }
    }
}
