using System.Diagnostics;
using System.Globalization;
using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Benchmarks;

/// <summary>Measures what a command-line user waits for: from the start of a process to the end of its first operation in torch.</summary>
internal static class StartUp
{
    private const int Runs = 15;

    /// <summary>Is the measured process: one addition.</summary>
    public static int RunFirstOperation()
    {
        NativeLibraries.Require();
        return RunBareOperation();
    }

    /// <summary>Does the addition without asking first whether libtorch loads, as code that knows only TorchSharp would.</summary>
    public static int RunBareOperation()
    {
        NativeLibraries.Register();
        using var scope = NewDisposeScope();
        return ones(1).add(1).item<float>() == 2 ? 0 : 1;
    }

    /// <summary>Starts processes one after the other and prints the median and the fastest.</summary>
    public static int Measure()
    {
        var times = new double[Runs];
        for (var i = 0; i < Runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var child = Process.Start(Environment.ProcessPath!, [typeof(StartUp).Assembly.Location, "first-op"]);
            child.WaitForExit();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (child.ExitCode != 0)
            {
                Console.Error.WriteLine($"the measured process ended with {child.ExitCode}");
                return 1;
            }
        }

        Array.Sort(times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"process start to end of first operation: median {times[Runs / 2]:0} ms, fastest {times[0]:0} ms of {Runs} runs"));
        return 0;
    }
}
