using System.Runtime.InteropServices;
using CsCheck;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Core.Tests.Decoding;
using LlmEfficiency.Testing;
using TorchSharp;
using Xunit;

namespace LlmEfficiency.Core.Tests.Simd;

public sealed class SimdDecodeEngineTests
{
    private const int Capacity = 40;

    private static readonly Gen<TransformerConfig> Wide =
        from config in TinyModels.Configs
        from sizes in Gen.Int[1, 150].Array[2]
        from half in Gen.Int[1, 40]
        select config with { HiddenSize = sizes[0], InnerSize = sizes[1], HeadDim = 2 * half };

    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Available];

    public static TheoryData<WeightFormat, CacheFormat> Formats
    {
        get
        {
            var formats = new TheoryData<WeightFormat, CacheFormat>();
            foreach (var format in Enum.GetValues<WeightFormat>())
            {
                formats.Add(format, CacheFormat.Fp32);
                formats.Add(format, format == WeightFormat.Fp32 ? CacheFormat.Bf16 : CacheFormat.Quantized8);
            }

            return formats;
        }
    }

    // Any script of operations gives the logits that the plain loops compute from the tokens, positions and relations so far.
    // Fewer than four features may all but cancel, and their norm then magnifies the last bits of singles.
    [Theory]
    [MemberData(nameof(Paths))]
    public void Any_script_of_operations_equals_recomputing_from_scratch(SimdPath path) =>
        Gen.Select(TinyModels.Configs.Where(config => config.HiddenSize > 3), Gen.ULong[1, 1000], Gen.Int[1, 3], Gen.Int[0, 1_000_000].Array[60]).Sample(
            (config, seed, threads, choices) =>
            {
                using var model = TinyModels.Build(config, seed);
                using var engine = SimdDecodeEngine.Of(model, new SimdEngineSettings { Path = path, Threads = threads });
                using var session = engine.Open(4, Capacity);
                new ScriptedTwin(PlainTransformer.Of(model), session, choices).Run(5);
            },
            iter: 20, threads: 1);

    // Prompts in one go, trees of drafts in a batch and several threads against single tokens, one sequence and one thread on the
    // portable path.
    [Theory]
    [MemberData(nameof(Formats))]
    public void Logits_are_bitwise_those_of_single_tokens(WeightFormat format, CacheFormat cache) =>
        Gen.Select(Gen.Frequency((1, TinyModels.Configs), (2, Wide)), Gen.ULong[1, 1000], Gen.Int).Sample(
            (config, seed, choices) =>
            {
                using var model = TinyModels.Build(config, seed);
                var random = new Random(choices);
                var settings = new SimdEngineSettings { Weights = format, Cache = cache, Threads = 1 + random.Next(3) };
                using var engine = SimdDecodeEngine.Of(model, settings);
                using var other = SimdDecodeEngine.Of(model, settings with { Threads = 1, Path = SimdPath.Portable });
                Check(engine, other, random);
            },
            iter: 10, threads: 1);

    [Fact]
    public void Logits_of_the_embedded_model_are_those_of_libtorch()
    {
        var (expected, found) = (LogitsOfEmbedded(torch.ScalarType.Float32, null), LogitsOfEmbedded(torch.ScalarType.Float32, WeightFormat.Fp32));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 2e-4));
    }

    // The model is stored in bf16, so that weights are the same in both types. libtorch rounds everything else to bf16, and this engine what a matrix is multiplied by.
    [Fact]
    public void Logits_in_bf16_are_nearer_to_those_in_fp32_than_libtorchs()
    {
        var exact = LogitsOfEmbedded(torch.ScalarType.Float32, null);
        var (expected, found) = (Error(LogitsOfEmbedded(torch.ScalarType.BFloat16, null)), Error(LogitsOfEmbedded(torch.ScalarType.Float32, WeightFormat.Bf16)));
        Assert.InRange(found, 1e-4, expected / 2);

        double Error(float[] logits) => Math.Sqrt(exact.Zip(logits, (one, other) => Math.Pow(one - other, 2)).Average());
    }

    [Fact]
    public void A_token_allocates_nothing_on_the_managed_heap()
    {
        using var model = TinyModels.Build(TinyModels.Qwen);
        using var engine = SimdDecodeEngine.Of(model, new SimdEngineSettings { Threads = 2 });
        using var session = engine.Open(1, 400);
        DecodeRow[] row = [new DecodeRow(0, Enumerable.Repeat(5, 1).ToArray())];
        for (var token = 0; token < 100; token++)
        {
            session.Forward(row);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var token = 0; token < 200; token++)
        {
            session.Forward(row);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_disposed_engine_and_session_leave_no_tensor_alive() => LiveTensors.AssertLeft(0, () =>
    {
        using var model = TinyModels.Build(TinyModels.Mistral);
        using var engine = SimdDecodeEngine.Of(model);
        using var session = engine.Open(2, 8);
        session.Forward([All(1, [1, 2])]);
    });

    [Fact]
    public void Rows_that_do_not_fit_are_refused_and_change_nothing()
    {
        using var model = TinyModels.Build(TinyModels.Llama);
        using var engine = SimdDecodeEngine.Of(model);
        using var session = engine.Open(2, 8);
        session.Forward([All(0, [1, 2, 3])]);
        Assert.Contains(
            "sequence 0 cannot take 6 tokens: 3 of 8 slots are full",
            Assert.Throws<ArgumentException>(() => session.Forward([All(1, [1]), All(0, new int[6])])).Message,
            StringComparison.Ordinal);
        Assert.Equal([3, 0], session.Lengths);
    }

    [Fact]
    public void Describes_itself_and_counts_its_cache()
    {
        using var model = TinyModels.Build(TinyModels.Llama);
        using var engine = SimdDecodeEngine.Of(model, new SimdEngineSettings { Path = SimdPath.Portable, Weights = WeightFormat.Bf16, Threads = 3 });
        Assert.Equal("simd portable bf16, cache fp32, threads 3", engine.Description);
        Assert.Equal(2 * 2 * 2 * 8 * 4, engine.CacheBytesPerToken);
        using var session = engine.Open(2, 8);
        session.Forward([All(1, [1, 2, 3])]);
        Assert.Equal((3, 3, 1), (session.Use!.Seen(1), session.Use.Peak(0, 1), session.Use.Passes(1)));
        Assert.Equal([[0, 1, 2], [0, 1, 2]], session.Use.Positions(1, 1));
    }

    // By libtorch, unless kernels are to keep the weights in a format.
    private static float[] LogitsOfEmbedded(torch.ScalarType type, WeightFormat? format)
    {
        var settings = new LoadSettings(ComputeDevice.Cpu, type) { Simd = format is { } weights ? new SimdEngineSettings { Weights = weights, Threads = 2 } : null };
        using var model = LoadedModel.Load(ModelLocation.Find(Path.Join(Repository.Root, "models", "llmeff-tiny-0.3m")), settings);
        using var session = model.Engine.Open(1, 200);
        var block = session.Forward([All(0, [.. Enumerable.Range(0, 200).Select(index => (index * 37) % model.Engine.Config.VocabularySize)])]);
        return [.. Enumerable.Range(0, block.Rows).SelectMany(row => block[row].ToArray())];
    }

    private static void Check(SimdDecodeEngine engine, SimdDecodeEngine other, Random random)
    {
        var vocabulary = engine.Config.VocabularySize;
        using var batch = engine.Open(3, 96);
        using var alone = other.Open(1, 96);
        int[][] prompts = [.. Enumerable.Range(0, 3).Select(_ => Tokens(1 + random.Next(40)))];
        batch.Forward([.. prompts.Select((prompt, sequence) => new DecodeRow(sequence, prompt))]);
        int[][] parents = [.. prompts.Select(_ => Enumerable.Range(0, 1 + random.Next(12)).Select(node => node == 0 ? -1 : random.Next(node)).ToArray())];
        int[][] drafts = [.. parents.Select(tree => Tokens(tree.Length))];
        var block = batch.Forward([.. prompts.Select((prompt, sequence) => Tree(sequence, prompt.Length, drafts[sequence], parents[sequence]))]);
        float[][] logits = [.. Enumerable.Range(0, block.Rows).Select(row => block[row].ToArray())];
        for (int sequence = 0, first = 0; sequence < 3; first += drafts[sequence++].Length)
        {
            int[] path = [.. AncestorsOf(parents[sequence], drafts[sequence].Length - 1)];
            alone.Truncate(0, 0);
            foreach (var token in prompts[sequence])
            {
                alone.Forward([All(0, [token])]);
            }

            foreach (var node in path)
            {
                AssertSameBits(alone.Forward([All(0, [drafts[sequence][node]])])[0], logits[first + node]);
            }

            // What the accepted branch left in the cache is what single tokens left.
            batch.Retain(sequence, [.. Enumerable.Range(0, prompts[sequence].Length), .. path.Select(node => prompts[sequence].Length + node)]);
            AssertSameBits(alone.Forward([All(0, [1])])[0], batch.Forward([All(sequence, [1])])[0]);
        }

        int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];
    }

    private static DecodeRow All(int sequence, int[] tokens) => new(sequence, tokens) { Logits = LogitSelection.All };

    private static DecodeRow Tree(int sequence, int start, int[] tokens, int[] parents) => All(sequence, tokens) with
    {
        Positions = Enumerable.Range(0, tokens.Length).Select(node => start + AncestorsOf(parents, node).Count() - 1).ToArray(),
        Ancestors = AncestorMask.FromParents(parents),
    };

    private static IEnumerable<int> AncestorsOf(int[] parents, int node) => node < 0 ? [] : AncestorsOf(parents, parents[node]).Append(node);

    private static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> found) => Assert.Equal(
        MemoryMarshal.Cast<float, int>(expected).ToArray(), MemoryMarshal.Cast<float, int>(found).ToArray());
}
