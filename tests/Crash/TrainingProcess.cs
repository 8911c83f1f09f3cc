using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LlmEfficiency.Crash;

/// <summary>A training run as a process of its own.</summary>
public sealed partial class TrainingProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <summary>Starts the process.</summary>
    /// <param name="workload">The kind of run.</param>
    /// <param name="settings">The settings' file.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="threads">How many threads compute.</param>
    public TrainingProcess(IWorkload workload, string settings, string folder, int threads)
    {
        ArgumentNullException.ThrowIfNull(workload);
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            typeof(TrainingProcess).Assembly.Location, ChildCommand.Verb, workload.Name, settings, folder,
            threads.ToString(CultureInfo.InvariantCulture),
        })
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Waits for the process to tell its next step.</summary>
    /// <returns>The step; the first one is that from which it goes on. Null at the end.</returns>
    public long? NextStep() => _process.StandardOutput.ReadLine() is { } line ? long.Parse(line, CultureInfo.InvariantCulture) : null;

    /// <summary>Waits until the process tells a step that is not before the given one.</summary>
    /// <returns>Whether it did so before its end.</returns>
    public bool Reach(long step)
    {
        while (NextStep() is { } told)
        {
            if (told >= step)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends the process in the middle of what it does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Sends a POSIX signal.</summary>
    /// <param name="signal">Its number.</param>
    public void Send(int signal) => _ = Signal(_process.Id, signal);

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code, and what was written to standard error.</returns>
    public (int Code, string Errors) End()
    {
        while (NextStep() is not null)
        {
            // A full pipe would stop the process.
        }

        _process.WaitForExit();
        return (_process.ExitCode, _errors.GetAwaiter().GetResult());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
