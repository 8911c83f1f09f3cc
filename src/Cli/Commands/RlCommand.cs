using System.CommandLine;
using System.Text.Json;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Reinforcement learning on compressed rollouts.</summary>
internal static class RlCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create() => new("rl", "Reinforcement learning with verifiable rewards, on rollouts with a compressed key/value cache.")
    {
        Train(), RlEvalCommand.Create(), RlRolloutCommand.Create(), RlSummaryCommand.Create(), RlObjectivesCommand.Create(),
    };

    private static Command Train()
    {
        var command = new DocumentedCommand("train", "Train a policy by its rewards. Ctrl-C saves a checkpoint.")
        {
            Examples =
            [
                "llmeff recipes cp rl-walk",
                "llmeff rl train --config rl-walk.json --out rl model.from=walk/model",
                "llmeff rl train --config rl-walk.json --out naive model.from=walk/model preset=naive rollout.cache.budget=40",
                "llmeff rl train --resume rl",
                "llmeff rl train --help-config",
            ],
        };
        return RunCommand.Create(command, RlJson.Default.RlSettings, ReadSaved, Run);
    }

    private static JsonElement ReadSaved(string path)
    {
        using var folder = RunFolder.Open(path, readOnly: true);
        return folder.Manifest.Settings;
    }

    private static int Run(RunRequest<RlSettings> request)
    {
        NativeLibraries.Require();
        var host = new RlHost(request.Device, request.Threads, TimeProvider.System);
        using var signals = StopSignals.Listen();
        using var run = request.IsResumed
            ? RlRun.Resume(request.Folder, request.Settings, host, Warn)
            : RlRun.Start(request.Settings, request.Folder, host);
        var isTerminal = ReferenceEquals(request.Error, Console.Error) && !Console.IsErrorRedirected;
        var line = new RlProgressLine(request.Error, isTerminal, TimeProvider.System);
        var outcome = OutOfMemory.Guard(() => run.Execute(() => signals.Requested, line.Show), request.Device);
        line.Clear();
        RlResultText.Write(request.Output, run.Folder, outcome, request.IsJson);
        return outcome.Stop is { } reason ? StopSignals.ExitCode(reason) : 0;

        void Warn(string text) => request.Error.WriteLine($"llmeff: {text}");
    }
}
