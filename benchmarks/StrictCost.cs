using System.Diagnostics;
using System.Globalization;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;

namespace LlmEfficiency.Benchmarks;

/// <summary>What a pass costs by default and in strict mode, in processor time of one thread: other work on the machine counts little.</summary>
internal static class StrictCost
{
    private const int Context = 256;
    private const int Repeats = 16;

    private static readonly int[] Counts = [1, 2, 4, 8, 16];

    /// <summary>Prints a line for each type and mode.</summary>
    /// <param name="presets">The sizes; llama-15m if none is named.</param>
    public static int Measure(string[] presets)
    {
        TorchThreads.Set(1);
        foreach (var preset in presets.DefaultIfEmpty("llama-15m"))
        {
            foreach (var (type, isStrict) in new[] { ("fp32", false), ("fp32", true), ("bf16", false), ("bf16", true) })
            {
                var config = RandomModel.Config(preset);
                var model = RandomModel.Create(config, seed: 1, ComputeDevice.Cpu, ElementTypes.Parse(type, ComputeDevice.Cpu));
                using var engine = new TorchDecodeEngine(model, new TorchEngineSettings { IsStrict = isStrict });
                var times = Counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"k={count} {Time(engine, count):F2} ms"));
                Console.WriteLine($"{preset} {engine.Description}: {string.Join("  ", times)}");
            }
        }

        return 0;
    }

    private static double Time(TorchDecodeEngine engine, int count)
    {
        using var session = engine.Open(1, Context + count);
        session.Forward([new DecodeRow(0, RandomEngine.Tokens(Context, engine.Config)) { Logits = LogitSelection.None }]);
        DecodeRow[] step = [new DecodeRow(0, RandomEngine.Tokens(count, engine.Config)) { Logits = LogitSelection.All }];
        var times = new double[Repeats];
        using var process = Process.GetCurrentProcess();
        for (var run = 0; run < Repeats; run++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            session.Forward(step);
            session.Truncate(0, Context);
            process.Refresh();
            times[run] = (process.TotalProcessorTime - before).TotalMilliseconds;
        }

        return times.Order().Take(Repeats / 2).Average();
    }
}
