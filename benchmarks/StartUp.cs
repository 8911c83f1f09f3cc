using System.Diagnostics;
using System.Globalization;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;
using static TorchSharp.torch;

namespace LlmEfficiency.Benchmarks;

/// <summary>
/// Measures what a command-line user waits for: whole processes, from start to exit, with files in the page cache.
/// </summary>
internal static class StartUp
{
    private const int Runs = 15;
    private const string Preset = "llama-15m";

    /// <summary>Is the measured process: one addition.</summary>
    public static int RunFirstOperation()
    {
        NativeLibraries.Require();
        return RunBareOperation();
    }

    /// <summary>
    /// Does the addition without asking first whether libtorch loads, as code that knows only TorchSharp would.
    /// </summary>
    public static int RunBareOperation()
    {
        NativeLibraries.Register();
        using var scope = NewDisposeScope();
        return ones(1).add(1).item<float>() == 2 ? 0 : 1;
    }

    /// <summary>Starts processes in turn; prints and keeps the median and the fastest of each kind.</summary>
    public static int Measure()
    {
        var model = Directory.CreateTempSubdirectory("llmeff-start-up-").FullName;
        try
        {
            List<string> table =
            [
                "| process, start to exit | median ms | fastest ms |",
                "|---|---:|---:|",
                Row("first operation in libtorch", Program("Benchmarks", "Benchmarks"), "first-op"),
            ];
            var command = Program("Cli", "llmeff");
            if (File.Exists(command))
            {
                ModelConversion.WriteRandom(Preset, model, 1, ScalarType.Float32);
                table.Add(Row("`llmeff --help`", command, "--help"));
                table.Add(Row(
                    $"`llmeff generate`, {Preset} from a folder, one token", command,
                    "generate", "Once", "--model", model, "--greedy", "--max-tokens", "1"));
            }
            else
            {
                Console.Error.WriteLine($"skipped: {command} is not there: dotnet build src/Cli -c Release");
            }

            Keep(table);
            return 0;
        }
        catch (InvalidOperationException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(model, recursive: true);
        }
    }

    // Each project's programs lie beside the others': artifacts/bin/<project>/release/<name>
    private static string Program(string project, string name)
    {
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var file = OperatingSystem.IsWindows() ? $"{name}.exe" : name;
        return Path.GetFullPath(Path.Join(own, "..", "..", project, Path.GetFileName(own), file));
    }

    private static string Row(string what, string program, params string[] arguments)
    {
        var times = new double[Runs];
        for (var i = -1; i < Runs; i++) // the first fills the page cache
        {
            var time = Run(program, arguments);
            if (i >= 0)
            {
                times[i] = time;
            }
        }

        Array.Sort(times);
        return string.Create(CultureInfo.InvariantCulture, $"| {what} | {times[Runs / 2]:0} | {times[0]:0} |");
    }

    private static double Run(string program, string[] arguments)
    {
        var start = Stopwatch.GetTimestamp();
        var command = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var child = Process.Start(command)!;
        child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return child.ExitCode == 0
            ? time
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {child.ExitCode}");
    }

    private static void Keep(List<string> table)
    {
        table.Add(string.Empty);
        table.Add($"{Runs} runs each, one after the other.");
        Directory.CreateDirectory(MachineConfig.ResultFolder);
        File.WriteAllLines(Path.Join(MachineConfig.ResultFolder, "start-up.md"), table);
        table.ForEach(Console.WriteLine);
    }
}
