using System.CommandLine;
using System.Text.Json;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Trains models.</summary>
internal static class TrainCommand
{
    // Where nobody watches, a line now and then tells that the run goes on.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "train", "Train a model: pretraining, fine-tuning on conversations, post-training. Ctrl-C saves a checkpoint.")
        {
            Examples =
            [
                "llmeff recipes cp train-tiny",
                "llmeff train --config train-tiny.json --out run",
                "llmeff train --config train-tiny.json --out run2 training.steps=500 training.learning_rate=1e-3",
                "llmeff train --resume run",
                "llmeff train --config train-tiny.json --print-config",
            ],
        };
        return RunCommand.Create(command, TrainingJson.Default.RunSettings, ReadSaved, Run);
    }

    /// <summary>Reads the settings of a run.</summary>
    public static JsonElement ReadSaved(string path)
    {
        using var folder = RunFolder.Open(path, readOnly: true);
        return folder.Manifest.Settings;
    }

    /// <summary>Trains.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(RunRequest<RunSettings> request)
    {
        NativeLibraries.Require();
        var host = new TrainingHost(request.Device, request.Threads, TaskDocuments.Open, TimeProvider.System);
        using var signals = StopSignals.Listen();
        using var run = request.IsResumed
            ? TrainingRun.Resume(request.Folder, request.Settings, host, Warn)
            : TrainingRun.Start(request.Settings, request.Folder, host);
        foreach (var remark in run.Remarks)
        {
            Warn(remark);
        }

        var isTerminal = ReferenceEquals(request.Error, Console.Error) && !Console.IsErrorRedirected;
        var line = new TrainingProgressLine(request.Error, isTerminal, TimeProvider.System, Pace, run.State.Step);
        var before = run.State.Tokens;
        var outcome = OutOfMemory.Guard(
            () => run.Execute(
                () => signals.Requested,
                progress => line.Show(progress.Report.Step, progress.Steps, progress.MeanLoss, run.State.Tokens - before)),
            request.Device);
        line.Clear();
        TrainingResultText.Write(request.Output, run.Folder, outcome, request.IsJson);
        return outcome.Stop is { } reason ? StopSignals.ExitCode(reason) : 0;

        void Warn(string text) => request.Error.WriteLine($"llmeff: {text}");
    }
}
