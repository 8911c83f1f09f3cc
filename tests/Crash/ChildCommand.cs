using System.Globalization;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Crash;

/// <summary>What the killed process does: it begins the run of a folder, or goes on with it, and tells each step.</summary>
public static class ChildCommand
{
    /// <summary>The word before the arguments.</summary>
    public const string Verb = "child";

    /// <summary>Runs to the end, or until a signal.</summary>
    /// <param name="workload">The kind of run.</param>
    /// <param name="settings">The settings' file.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IWorkload workload, string settings, string folder, int threads)
    {
        ArgumentNullException.ThrowIfNull(workload);
        using var signals = StopSignals.Listen();
        try
        {
            TorchThreads.Set(1);
            return workload.Run(settings, folder, threads, () => signals.Requested, Tell) is { } reason ? StopSignals.ExitCode(reason) : 0;
        }
        catch (LlmEfficiencyException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return (int)problem.Kind;
        }
    }

    /// <summary>Returns whether a run lies in a folder.</summary>
    public static bool IsBegun(string folder) => File.Exists(Path.Join(folder, "run.json"));

    private static void Tell(long step) => Console.Out.WriteLine(step.ToString(CultureInfo.InvariantCulture));
}
