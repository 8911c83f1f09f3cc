using System.Diagnostics;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Measuring;

/// <summary>Measures how fast an engine decodes, verifies drafts and reads prompts.</summary>
public static class DecodeBenchmark
{
    private const int FewestRepeats = 5;
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
        var (prefill, costs) = Passes(engine, settings, progress, cancellation);
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

    /// <summary>Measures what passes cost, with their logits, and before them a prompt.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="settings">What to measure.</param>
    /// <param name="progress">Told what is being measured.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>The seconds of the prompt, and the costs of passes in the order of the settings.</returns>
    /// <exception cref="LlmEfficiencyException">The context is longer than the model's, or a number is out of range.</exception>
    public static (double Prefill, List<PassCost> Costs) Passes(
        IDecodeEngine engine, DecodeBenchmarkSettings settings, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        settings.Validate(engine.Config.ContextLength);
        using var session = engine.Open(1, settings.Context + settings.Rows.Max());
        var tokens = Tokens(engine.Config.VocabularySize, Math.Max(settings.Context, settings.Rows.Max()));
        progress?.Report($"prompt of {settings.Context} tokens");
        var prefill = Median(settings, ReadPrompt, cancellation);
        var costs = new List<PassCost>();
        foreach (var rows in settings.Rows)
        {
            progress?.Report($"passes of {rows} tokens");
            DecodeRow[] row = [new DecodeRow(0, tokens.AsMemory(0, rows)) { Logits = LogitSelection.All }];
            costs.Add(new PassCost(rows, 1e3 * Median(settings, () => RunPass(row), cancellation)));
        }

        return (prefill, costs);

        void ReadPrompt()
        {
            session.Truncate(0, 0);
            session.Forward([new DecodeRow(0, tokens.AsMemory(0, settings.Context))]);
        }

        void RunPass(DecodeRow[] row)
        {
            session.Truncate(0, settings.Context);
            session.Forward(row);
        }
    }

    private static int[] Tokens(int vocabulary, int count) => [.. Enumerable.Range(1, count).Select(index => (int)(index * 7919L % vocabulary))];

    private static double Median(DecodeBenchmarkSettings settings, Action run, CancellationToken cancellation)
    {
        for (var warmup = 0; warmup < Warmups; warmup++)
        {
            run();
        }

        var times = new List<double>();
        for (var spent = 0.0; times.Count < FewestRepeats || spent < settings.SecondsEach; spent += times[^1])
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
