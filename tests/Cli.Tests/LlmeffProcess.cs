using System.Diagnostics;

namespace LlmEfficiency.Cli.Tests;

/// <summary>The command as a process of its own.</summary>
internal sealed class LlmeffProcess : IDisposable
{
    public LlmeffProcess(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(CommandLine).Assembly.Location);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Process = Process.Start(start)!;
    }

    public LlmeffProcess(params string[] args)
        : this(new Dictionary<string, string>(), args)
    {
    }

    public Process Process { get; }

    /// <summary>Reads the rest of the output and waits for the end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Process.StandardInput.Close();
        var error = Process.StandardError.ReadToEndAsync(limit.Token);
        var output = Process.StandardOutput.BaseStream.CanRead ? await Process.StandardOutput.ReadToEndAsync(limit.Token) : "";
        await Process.WaitForExitAsync(limit.Token);
        return (Process.ExitCode, output, await error);
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        Process.Dispose();
    }
}
