using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.P2Law.Sweeps;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Trains bases, prunes them, trains on, and writes the losses as a table.</summary>
internal static class P2SweepCommand
{
    private const int MostWorkers = 64;

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var settings = new SettingsOptions<SweepSettings>(SweepJson.Default.SweepSettings);
        var folder = new Option<string?>("--out", "-o")
        {
            Description = "The sweep's folder; a sweep that lies there goes on, and what is done is not done again",
            HelpName = "FOLDER",
        };
        var workers = new Option<int?>("--workers")
        {
            Description = "How many runs go on side by side, one thread each; one a core by default",
            HelpName = "N",
        };
        var json = JsonOption.Create();
        var command = new DocumentedCommand(
            "sweep", "Train bases, prune them by each method and rate, post-train, and collect the losses in FOLDER/sweep.csv. Ctrl-C saves.")
        {
            Examples =
            [
                "llmeff recipes cp p2-sweep",
                "llmeff p2 sweep --config p2-sweep.json --out sweep",
                "llmeff p2 sweep --config p2-sweep.json --out sweep2 seeds=[1,2] post_training.tokens=524288 --workers 2",
                "llmeff p2 sweep --help-config",
            ],
        };
        settings.AddTo(command);
        foreach (var option in new Option[] { folder, workers, json })
        {
            command.Add(option);
        }

        // Synchronous: around an asynchronous action System.CommandLine listens to signals itself and ends the process early.
        command.SetAction(parsed => Run(parsed));
        return command;

        int Run(ParseResult parsed)
        {
            if (settings.Read(parsed) is not { } values)
            {
                return 0;
            }

            var target = parsed.GetValue(folder)
                ?? throw new LlmEfficiencyException(ErrorKind.Usage, "a sweep needs a folder: give --out FOLDER");
            var count = parsed.GetValue(workers) ?? TorchThreads.Default;
            return count is >= 1 and <= MostWorkers
                ? Sweep(values, target, count, parsed.GetValue(json), parsed.InvocationConfiguration)
                : throw new LlmEfficiencyException(ErrorKind.Configuration, $"--workers is {count}: allowed is 1 to {MostWorkers}");
        }
    }

    private static int Sweep(SweepSettings settings, string folder, int workers, bool isJson, InvocationConfiguration streams)
    {
        NativeLibraries.Require();
        using var signals = StopSignals.Listen();
        using var sweep = SweepRun.Open(settings, folder, TimeProvider.System);
        var line = new SweepProgressLine(streams.Error);
        var outcome = sweep.Execute(workers, () => signals.Requested, line.Show, line.Warn);
        line.Clear();
        foreach (var (name, problem) in outcome.Failures)
        {
            line.Warn($"{name}: {problem.Message}");
        }

        SweepResultText.Write(streams.Output, folder, outcome, isJson);
        return outcome.Failures.Count > 0 ? (int)outcome.Failures[0].Problem.Kind
            : outcome.Stop is { } reason ? StopSignals.ExitCode(reason) : 0;
    }
}
