using System.Runtime.InteropServices;
using CsCheck;
using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Tests.Generation;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Decoding;

public sealed class StrictDecodingTests
{
    private const int Capacity = 96;

    private static readonly Gen<TransformerConfig> Wide =
        from config in TinyModels.Configs
        from sizes in Gen.Int[1, 90].Array[2]
        from half in Gen.Int[1, 20]
        select config with { HiddenSize = sizes[0], InnerSize = sizes[1], HeadDim = 2 * half };

    public static TheoryData<ScalarType, bool> Ways => new()
    {
        { ScalarType.Float32, false },
        { ScalarType.Float32, true },
        { ScalarType.BFloat16, false },
        { ScalarType.BFloat16, true },
        { ScalarType.Float16, true },
    };

    // Sequences are run once in one go, with trees of drafts, and once token by token, alone.
    [Theory]
    [MemberData(nameof(Ways))]
    public void Logits_keys_and_values_are_bitwise_those_of_single_tokens(ScalarType type, bool avoidsKernels) =>
        Gen.Select(Gen.Frequency((1, TinyModels.Configs), (2, Wide)), Gen.ULong[1, 1000], Gen.Int).Sample(
            (config, seed, choices) =>
            {
                using var model = TinyModels.Build(config, seed, type);
                Check(model, avoidsKernels, new Random(choices));
            },
            iter: avoidsKernels ? 5 : 12, threads: 1);

    [Fact]
    public void A_graphics_card_keeps_the_promise_too()
    {
        var device = Gpu.Require();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16 })
        {
            using var model = new Transformer(TinyModels.Qwen with { HiddenSize = 256, InnerSize = 512, HeadDim = 64 }, device, type);
            using var generator = new Generator(1, device.Torch);
            model.Initialise(generator, 0.1);
            Check(model, false, new Random(1));
        }
    }

    [Fact]
    public void Many_rows_and_threads_are_bitwise_one_row_and_thread()
    {
        // Large enough that several threads share the work.
        var config = TinyModels.Qwen with { HiddenSize = 160, InnerSize = 400, HeadCount = 6, KeyValueHeadCount = 3, HeadDim = 32, VocabularySize = 600 };
        using var model = TinyModels.Build(config, 3);
        var threads = TorchThreads.Current;
        try
        {
            TorchThreads.Set(3);
            Check(model, false, new Random(5), tokens: 12);
        }
        finally
        {
            TorchThreads.Set(threads);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_script_of_operations_equals_recomputing_from_scratch(bool avoidsKernels) =>
        Gen.Select(TinyModels.Configs, Gen.ULong[1, 1000], Gen.Int[1, 6], Gen.Int[0, 1_000_000].Array[60]).Sample(
            (config, seed, chunk, choices) =>
            {
                using var engine = new TorchDecodeEngine(
                    TinyModels.Build(config, seed),
                    new TorchEngineSettings { ChunkLength = chunk, IsStrict = true, AvoidsKernels = avoidsKernels });
                using var session = engine.Open(4, Capacity);
                using var twin = TinyModels.Build(config, seed);
                new ScriptedTwin(PlainTransformer.Of(twin), session, choices).Run(5);
            },
            iter: 5, threads: 1);

    // Every row of the vocabulary has a copy that differs in the last bit, so that two logits are nearly the same in each step.
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Where_ties_are_near_drafts_change_no_token(ScalarType type) =>
        Gen.Select(Gen.ULong[1, 1000], Gen.Int, Gen.Int[1, 40].Array[1, 20]).Sample(
            (seed, noise, prompt) =>
            {
                using var engine = new TorchDecodeEngine(NearTies(seed, type), new TorchEngineSettings { IsStrict = true });
                GenerationRequest[] requests =
                [
                    new() { Prompt = prompt, MaxTokens = 40, LogProbabilities = 2 },
                    new() { Prompt = [.. prompt, 1], MaxTokens = 30, LogProbabilities = 2 },
                ];
                var tokenizer = TableTokenizer.Of([.. Enumerable.Range(0, 80).Select(id => $"<{id}>")]);
                var plain = new AutoregressiveGenerator(engine, tokenizer).Run(requests).Results;
                var drafter = new NoisyDrafter(noise, 80, ids => [.. plain[ids.Length == prompt.Length ? 0 : 1].TokenIds]);
                var drafted = new SpeculativeGenerator(engine, tokenizer, drafter) { MaxRows = 24 }.Run(requests).Results;
                foreach (var (expected, found) in plain.Zip(drafted))
                {
                    Assert.Equal(expected.TokenIds, found.TokenIds);
                    Assert.Equal(
                        expected.LogProbabilities!.Select(token => token.ModelLogProbability),
                        found.LogProbabilities!.Select(token => token.ModelLogProbability));
                }
            },
            iter: 4, threads: 1);

    [Fact]
    public void Says_that_it_is_strict_and_leaves_nothing_alive() => LiveTensors.AssertLeft(0, () =>
    {
        using var engine = TinyModels.Engine(TinyModels.Mistral, isStrict: true);
        using var session = engine.Open(2, 8);
        session.Forward([new DecodeRow(0, Enumerable.Range(1, 2).ToArray()), new DecodeRow(1, Enumerable.Range(3, 1).ToArray())]);
        Assert.Equal("torch cpu float32 strict, threads 1", engine.Description);
    });

    private static Transformer NearTies(ulong seed, ScalarType type)
    {
        var model = TinyModels.Build(TinyModels.Llama with { VocabularySize = 80, HiddenSize = 32 }, seed, type);
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var matrix = model.named_parameters().Single(p => p.name.Contains("embed", StringComparison.Ordinal)).parameter;
        var half = matrix.narrow(0, 0, 40);
        matrix.narrow(0, 40, 40).copy_(half.mul(type == ScalarType.Float32 ? 1 + 1.2e-7 : 1));
        return model;
    }

    private static void Check(Transformer model, bool avoidsKernels, Random random, int tokens = 12)
    {
        var settings = new TorchEngineSettings { IsStrict = true, AvoidsKernels = avoidsKernels, ChunkLength = 1 + random.Next(9) };
        var shape = new CacheShape(model.Config.LayerCount, 3, model.Config.KeyValueHeadCount, Capacity, model.Config.HeadDim);
        var transfer = new HostTransfer(model.Device);
        var cache = new SessionCache(shape, model.ElementType, model.Config, transfer, null);
        var ownCache = new SessionCache(shape with { Sequences = 1 }, model.ElementType, model.Config, transfer, null);
        var (together, single) = (cache.Slots, ownCache.Slots);
        using var batch = new TorchDecodeSession(model, settings, cache, transfer);
        using var alone = new TorchDecodeSession(model, settings, ownCache, transfer);
        int[][] prompts = [.. Enumerable.Range(0, 3).Select(_ => Tokens(random, model, 1 + random.Next(tokens)))];
        batch.Forward([.. prompts.Select((prompt, sequence) => new DecodeRow(sequence, prompt))]);
        int[][] parents = [.. prompts.Select(_ => Enumerable.Range(0, 1 + random.Next(tokens)).Select(node => node == 0 ? -1 : random.Next(node)).ToArray())];
        int[][] drafts = [.. parents.Select(tree => Tokens(random, model, tree.Length))];
        var logits = batch.Forward([.. prompts.Select((prompt, sequence) => Row(sequence, prompt.Length, drafts[sequence], parents[sequence]))]);
        for (int sequence = 0, first = 0; sequence < 3; first += drafts[sequence++].Length)
        {
            var (prompt, leaf) = (prompts[sequence], drafts[sequence].Length - 1);
            int[] path = [.. Path(parents[sequence], leaf)];
            alone.Truncate(0, 0);
            foreach (var token in prompt)
            {
                alone.Forward([new DecodeRow(0, new[] { token })]);
            }

            foreach (var node in path)
            {
                AssertSameBits(alone.Forward([new DecodeRow(0, new[] { drafts[sequence][node] })])[0], logits[first + node]);
            }

            batch.Retain(sequence, [.. Enumerable.Range(0, prompt.Length), .. path.Select(node => prompt.Length + node)]);
            AssertSameCache(single, together, sequence);
        }
    }

    private static DecodeRow Row(int sequence, int start, int[] tokens, int[] parents) => new(sequence, tokens)
    {
        Positions = Enumerable.Range(0, tokens.Length).Select(node => start + Path(parents, node).Count() - 1).ToArray(),
        Ancestors = AncestorMask.FromParents(parents),
        Logits = LogitSelection.All,
    };

    private static IEnumerable<int> Path(int[] parents, int node) =>
        node < 0 ? [] : Path(parents, parents[node]).Append(node);

    private static int[] Tokens(Random random, Transformer model, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(model.Config.VocabularySize))];

    private static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> found) => Assert.Equal(
        MemoryMarshal.Cast<float, int>(expected).ToArray(), MemoryMarshal.Cast<float, int>(found).ToArray());

    private static void AssertSameCache(PreallocatedCache expected, PreallocatedCache found, int sequence)
    {
        using var scope = NewDisposeScope();
        var length = expected.Lengths[0];
        Assert.Equal(length, found.Lengths[sequence]);
        for (var layer = 0; layer < expected.Shape.Layers; layer++)
        {
            var ((keys, values), (sameKeys, sameValues)) = (expected.View(layer, 0, 1, length), found.View(layer, sequence, 1, length));
            Assert.True(keys.eq(sameKeys).all().item<bool>() && values.eq(sameValues).all().item<bool>());
        }
    }
}
