using BenchmarkDotNet.Attributes;
using LlmEfficiency.Core.Decoding;

namespace LlmEfficiency.Benchmarks;

/// <summary>
/// What it costs to run k tokens at once behind a context of 256: k = 1 is a decoding step, more is what speculative
/// decoding pays to verify.
/// </summary>
public class DecodeStepBenchmark
{
    private const int Context = 256;

    private IDecodeEngine? _engine;
    private IDecodeSession? _session;
    private DecodeRow[] _step = [];

    /// <summary>Gets or sets the preset.</summary>
    [Params("tiny", "llama-15m")]
    public string Model { get; set; } = string.Empty;

    /// <summary>Gets or sets the element type.</summary>
    [Params("fp32", "bf16")]
    public string Type { get; set; } = string.Empty;

    /// <summary>Gets or sets the tokens of a step; each gets its logits.</summary>
    [Params(1, 2, 4, 8, 16)]
    public int K { get; set; }

    /// <summary>Makes the model and fills the context.</summary>
    [GlobalSetup]
    public void Open()
    {
        _engine = RandomEngine.Create(Model, Type);
        _session = _engine.Open(1, Context + K);
        var context = RandomEngine.Tokens(Context, _engine.Config);
        _session.Forward([new DecodeRow(0, context) { Logits = LogitSelection.None }]);
        _step = [new DecodeRow(0, RandomEngine.Tokens(K, _engine.Config)) { Logits = LogitSelection.All }];
    }

    /// <summary>Frees the model.</summary>
    [GlobalCleanup]
    public void Close()
    {
        _session!.Dispose();
        _engine!.Dispose();
    }

    /// <summary>Runs the tokens, logits to the host included, and takes them back.</summary>
    [Benchmark]
    public float Step()
    {
        var block = _session!.Forward(_step);
        _session.Truncate(0, Context);
        return block[K - 1][0];
    }
}
