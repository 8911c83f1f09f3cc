using System.Globalization;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.Crash;

/// <summary>What the killed process does: it begins the run of a folder, or goes on with it, and tells each step.</summary>
public static class TrainCommand
{
    /// <summary>The word before the arguments.</summary>
    public const string Verb = "train";

    /// <summary>Trains to the end, or until a signal.</summary>
    /// <param name="settings">The settings' file.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="threads">How many threads compute gradients.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string settings, string folder, int threads)
    {
        using var signals = StopSignals.Listen();
        try
        {
            TorchThreads.Set(1);
            using var run = File.Exists(Path.Join(folder, "run.json"))
                ? TrainingRun.Resume(folder, null, TinyTraining.Host(threads), Console.Error.WriteLine)
                : TrainingRun.Start(SettingsFile.Read(settings, [], TrainingJson.Default.RunSettings), folder, TinyTraining.Host(threads));
            Tell(run.State.Step);
            var outcome = run.Execute(() => signals.Requested, progress => Tell(progress.Report.Step));
            return outcome.Stop is { } reason ? StopSignals.ExitCode(reason) : 0;
        }
        catch (LlmEfficiencyException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return (int)problem.Kind;
        }
    }

    private static void Tell(long step) => Console.Out.WriteLine(step.ToString(CultureInfo.InvariantCulture));
}
