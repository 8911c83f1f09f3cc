using BenchmarkDotNet.Attributes;
using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Benchmarks;

/// <summary>From one row of logits to a token, for the vocabularies of Llama 2 and Qwen 2.5.</summary>
public class SamplerBenchmark
{
    private const double Spread = 3; // the deviation of the logits; a trained model's are about as wide

    private static readonly SamplingSettings Warm = new() { Temperature = 0.8 };
    private static readonly SamplingSettings Filtered = new() { Temperature = 0.8, TopK = 40, TopP = 0.95 };

    private readonly TokenHistory _history = new([1, 2, 3]);
    private float[] _logits = [];
    private ulong _sequence;

    /// <summary>Gets or sets the number of logits.</summary>
    [Params(32_000, 151_936)]
    public int Vocabulary { get; set; }

    /// <summary>Makes normally distributed logits.</summary>
    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        _logits = [.. Enumerable.Range(0, Vocabulary).Select(_ => (float)(Spread * Normal(random)))];
    }

    /// <summary>Takes the largest.</summary>
    [Benchmark(Baseline = true)]
    public int Greedy() => Draw(SamplingSettings.Greedy);

    /// <summary>Draws from the whole vocabulary at temperature 0.8.</summary>
    [Benchmark]
    public int Temperature() => Draw(Warm);

    /// <summary>Draws at temperature 0.8 from the 40 largest, cut to a probability of 0.95.</summary>
    [Benchmark]
    public int TopKTopP() => Draw(Filtered);

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // Each draw is another sequence's, so that the place of the drawn token differs.
    private int Draw(SamplingSettings settings) =>
        TokenSampler.Draw(_logits, settings, _history, new SequenceRandom(1, _sequence++));
}
