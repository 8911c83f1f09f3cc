using BenchmarkDotNet.Attributes;
using LlmEfficiency.Core.Decoding;

namespace LlmEfficiency.Benchmarks;

/// <summary>A prompt of 512 tokens through <c>llama-15m</c>.</summary>
public class PrefillBenchmark
{
    private const int Tokens = 512;

    private IDecodeEngine? _engine;
    private IDecodeSession? _session;
    private int[] _prompt = [];

    /// <summary>Gets or sets the element type.</summary>
    [Params("fp32", "bf16")]
    public string Type { get; set; } = string.Empty;

    /// <summary>Makes the model.</summary>
    [GlobalSetup]
    public void Open()
    {
        _engine = RandomEngine.Create("llama-15m", Type);
        _session = _engine.Open(1, Tokens);
        _prompt = RandomEngine.Tokens(Tokens, _engine.Config);
    }

    /// <summary>Frees the model.</summary>
    [GlobalCleanup]
    public void Close()
    {
        _session!.Dispose();
        _engine!.Dispose();
    }

    /// <summary>Runs the prompt and brings its last logits to the host, as generation does.</summary>
    [Benchmark(Baseline = true)]
    public float LastLogits() => Run(LogitSelection.Last);

    /// <summary>Brings all logits to the host, 512 rows of 32,000, as scoring a text does.</summary>
    [Benchmark]
    public float AllLogits() => Run(LogitSelection.All);

    private float Run(LogitSelection selection)
    {
        var block = _session!.Forward([new DecodeRow(0, _prompt) { Logits = selection }]);
        _session.Truncate(0, 0);
        return block[block.Rows - 1][0];
    }
}
