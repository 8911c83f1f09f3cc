using System.Diagnostics;
using System.Globalization;
using LlmEfficiency.Benchmarks.Training;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.SparseRL.Retention;

namespace LlmEfficiency.Benchmarks.Rollouts;

/// <summary>
/// Measures batched sampling with a compressed cache beside a dense one. A batch takes many seconds, so BenchmarkDotNet's many
/// invocations do not suit.
/// </summary>
internal static class RolloutBench
{
    private const int ShortestPrompt = 32;

    /// <summary>Measures, prints, and keeps the tables of the default lengths.</summary>
    /// <param name="arguments">The command line behind <c>rollouts</c>.</param>
    public static int Measure(string[] arguments)
    {
        if (RolloutOptions.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine(RolloutOptions.Usage);
            return 2;
        }

        TorchThreads.Set(options.Threads);
        var config = TrainingSize.All.First(size => size.Name == "embedded").Config with { ContextLength = options.Tokens.Max() + (2 * ShortestPrompt) };
        using var engine = new TorchDecodeEngine(RandomModel.Create(config, seed: 1, ComputeDevice.Cpu, TorchSharp.torch.ScalarType.Float32));
        List<string> table =
        [
            "| tokens | cache | tokens/s | × dense | × dense, processor time | mean kept | cache MB | of dense |", "|---:|---|---:|---:|---:|---:|---:|---:|",
        ];
        List<string> csv = ["tokens,cache,batch,rounds,threads,tokens_per_second,clock_ratio,processor_ratio,mean_tokens,kept_ratio,bytes,dense_bytes"];
        foreach (var tokens in options.Tokens)
        {
            string[] names = [RetentionList.Dense, .. options.Policies];
            Array.ForEach(names, name => Run(engine, name, 64, options.Batch));     // not counted: code is compiled
            var runs = names.ToDictionary(name => name, _ => new List<RolloutRun>());
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var name in names)
                {
                    runs[name].Add(Run(engine, name, tokens, options.Batch));
                }
            }

            foreach (var name in names)
            {
                Add(tokens, name, runs[name], runs[RetentionList.Dense]);
            }
        }

        table.AddRange([string.Empty, Invariant($"batch {options.Batch}, {options.Threads} threads, {options.Rounds} rounds in turn, medians")]);
        table.ForEach(Console.WriteLine);
        if (options.Tokens.SequenceEqual(RolloutOptions.DefaultTokens))
        {
            Directory.CreateDirectory(MachineConfig.ResultFolder);
            File.WriteAllLines(Path.Join(MachineConfig.ResultFolder, "rollouts.md"), table);
            File.WriteAllLines(Path.Join(MachineConfig.ResultFolder, "rollouts.csv"), csv);
        }

        return 0;

        void Add(int tokens, string name, List<RolloutRun> runs, List<RolloutRun> dense)
        {
            var (cache, rate) = (runs[0].Report.Cache!, options.Batch * tokens / Median(runs.Select(run => run.Seconds)));
            var clock = Median(runs.Zip(dense, (run, other) => other.Seconds / run.Seconds));
            var processor = Median(runs.Zip(dense, (run, other) => other.ProcessorSeconds / run.ProcessorSeconds));
            var label = cache.Policy is null ? name : Invariant($"{name} {cache.Budget} + {cache.Interval}");
            table.Add(Invariant($"| {tokens} | {label} | {rate:0} | {clock:0.00} | {processor:0.00} | {cache.KeptRatio:P0} | {cache.AllocatedBytes / 1e6:0.0} | ")
                + Invariant($"{(double)cache.AllocatedBytes / cache.DenseBytes:P0} |"));
            csv.Add(Invariant($"{tokens},{label},{options.Batch},{options.Rounds},{options.Threads},{rate:0.#},{clock:0.###},{processor:0.###},")
                + Invariant($"{cache.MeanTokens:0.#},{cache.KeptRatio:0.####},{cache.AllocatedBytes},{cache.DenseBytes}"));
            Console.Error.WriteLine(table[^1]);
        }
    }

    private static RolloutRun Run(TorchDecodeEngine engine, string policy, int tokens, int batch)
    {
        var retention = RetentionList.Create(policy) is { } chosen
            ? new RetentionSettings { Policy = chosen, Budget = Math.Max(16, tokens / 8), Interval = Math.Max(4, tokens / 32) }
            : null;
        var generator = new AutoregressiveGenerator(engine, new SyntheticTokens(engine.Config.VocabularySize)) { Retention = retention };
        GenerationRequest[] requests =
        [
            .. Enumerable.Range(0, batch).Select(row => new GenerationRequest
            {
                Prompt = RandomEngine.Tokens(ShortestPrompt + (row * 7 % ShortestPrompt), engine.Config),
                MaxTokens = tokens,
                IgnoresEndOfSequence = true,
                Sampling = new SamplingSettings { Seed = 1 },
                Sequence = (ulong)row,
            }),
        ];
        using var process = Process.GetCurrentProcess();
        var (start, processor) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        var report = generator.Generate(requests).Report;
        process.Refresh();
        return new RolloutRun(
            Stopwatch.GetElapsedTime(start).TotalSeconds, (process.TotalProcessorTime - processor).TotalSeconds, report);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted && sorted.Length % 2 == 1
        ? sorted[sorted.Length / 2]
        : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
