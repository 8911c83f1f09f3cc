using System.Diagnostics;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Measuring;

/// <summary>Measures how fast an engine decodes, verifies drafts and reads prompts.</summary>
public static class DecodeBenchmark
{
    private const int Warmups = 2;

    /// <summary>Measures an engine; what it decodes is nonsense, which costs as much as sense.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="settings">What to measure.</param>
    /// <param name="readBandwidth">Measures how fast memory is read, in bytes a second.</param>
    /// <param name="progress">Told what is being measured.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <exception cref="LlmEfficiencyException">The context is longer than the model's, or a number is out of range.</exception>
    public static DecodeMeasurement Run(
        IDecodeEngine engine, DecodeBenchmarkSettings settings, Func<double> readBandwidth, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        settings.Validate(engine.Config.ContextLength);
        progress?.Report("memory");
        var bandwidth = readBandwidth();
        using var pass = new MeasuredPass(engine, settings);
        progress?.Report($"prompt of {settings.Context} tokens");
        var prefill = Median(settings, pass.ReadPrompt, cancellation);
        var costs = Costs(pass, settings, progress, cancellation);
        bandwidth = Math.Max(bandwidth, readBandwidth());
        var perToken = engine.WeightBytes + (settings.Context * engine.CacheBytesPerToken);
        var speed = costs.Find(cost => cost.Rows == 1) is { } single ? 1e3 / single.Milliseconds : (double?)null;
        return new DecodeMeasurement
        {
            Engine = engine.Description,
            Parameters = engine.Config.ParameterCount,
            Context = settings.Context,
            TokensPerSecond = speed,
            BytesPerToken = perToken,
            ReadBandwidthGBs = bandwidth / 1e9,
            ShareOfBandwidth = speed * perToken / bandwidth,
            PrefillTokensPerSecond = settings.Context / prefill,
            VerifyCost = costs,
        };
    }

    /// <summary>Measures what passes cost, with their logits.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="settings">What to measure.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>The costs in the order of the settings.</returns>
    /// <exception cref="LlmEfficiencyException">The context is longer than the model's, or a number is out of range.</exception>
    public static IReadOnlyList<PassCost> Costs(IDecodeEngine engine, DecodeBenchmarkSettings settings, CancellationToken cancellation = default)
    {
        settings.Validate(engine.Config.ContextLength);
        using var pass = new MeasuredPass(engine, settings);
        pass.ReadPrompt();
        return Costs(pass, settings, null, cancellation);
    }

    private static List<PassCost> Costs(MeasuredPass pass, DecodeBenchmarkSettings settings, IProgress<string>? progress, CancellationToken cancellation)
    {
        var costs = new List<PassCost>();
        foreach (var rows in settings.Rows)
        {
            progress?.Report($"passes of {rows} tokens");
            costs.Add(new PassCost(rows, 1e3 * Median(settings, () => pass.Run(rows), cancellation)));
        }

        return costs;
    }

    private static double Median(DecodeBenchmarkSettings settings, Action run, CancellationToken cancellation)
    {
        for (var warmup = 0; warmup < Warmups; warmup++)
        {
            cancellation.ThrowIfCancellationRequested();
            run();
        }

        var times = new List<double>();
        for (var spent = 0.0; times.Count < settings.FewestRepeats || spent < settings.SecondsEach; spent += times[^1])
        {
            cancellation.ThrowIfCancellationRequested();
            var start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
