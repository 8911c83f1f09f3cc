using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.SparseRL.Retention;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Retention;

/// <summary>Compressed caches of the engine of kernels, whose twin is libtorch's engine.</summary>
public sealed class SimdRetentionTests
{
    private const int Budget = 8;
    private const int Interval = 4;

    private static readonly int[] PromptLengths = [5, 1, 17, 9, 12];

    public static TheoryData<string> Names => SparseRuns.Names;

    public static TheoryData<string, CacheFormat> Formats
    {
        get
        {
            var formats = new TheoryData<string, CacheFormat>();
            foreach (var name in RetentionList.All.Where(entry => entry.Create is not null).Select(entry => entry.Name))
            {
                formats.Add(name, CacheFormat.Fp32);
                formats.Add(name, CacheFormat.Bf16);
                formats.Add(name, CacheFormat.Quantized8);
            }

            return formats;
        }
    }

    // Tokens that differ, for keys of equal tokens are tied but for rounding, which the engines do not share.
    [Theory]
    [MemberData(nameof(Names))]
    public void The_engines_keep_the_same_tokens_and_give_the_same_logits(string policy)
    {
        foreach (var (compressesPrompt, sharing) in new[] { (false, RetentionSharing.PerHead), (true, RetentionSharing.PerHead), (true, RetentionSharing.FirstLayer) })
        {
            if (sharing == RetentionSharing.FirstLayer && policy == "pyramidkv")
            {
                continue;
            }

            var settings = SparseRuns.Settings(policy, Budget, Interval) with { CompressesPrompt = compressesPrompt, Sharing = sharing };
            var config = SparseRuns.Config with { LayerCount = 3, VocabularySize = 97 };
            using var twin = TinyModels.Engine(config, chunkLength: 3);
            using var engine = Engine(config);
            using var expected = twin.Open(2, 60, settings);
            using var found = engine.Open(2, 60, settings);
            Step([new DecodeRow(0, Different(0, 14)), new DecodeRow(1, Different(40, 3))]);
            Step([new DecodeRow(1, Different(43, 7)) { Logits = LogitSelection.None }]);
            for (var token = 0; token < 26; token++)
            {
                Step([new DecodeRow(1, Different(50 + token, 1)), new DecodeRow(0, Different(14 + token, 1))]);
            }

            Assert.True(found.Use!.Compressions(0) > 4);

            void Step(DecodeRow[] rows)
            {
                var (right, now) = (expected.Forward(rows), found.Forward(rows));
                for (var row = 0; row < right.Rows; row++)
                {
                    Assert.All(right[row].ToArray().Zip(now[row].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-3));
                }

                for (var sequence = 0; sequence < 2; sequence++)
                {
                    Assert.Equal(expected.Lengths[sequence], found.Lengths[sequence]);
                    Assert.Equal(expected.Use!.Seen(sequence), found.Use!.Seen(sequence));
                    Assert.Equal(expected.Use.Compressions(sequence), found.Use.Compressions(sequence));
                    Assert.Equal(expected.Use.FirstCompression(sequence), found.Use.FirstCompression(sequence));
                    Assert.Equal(expected.Use.Retained(sequence), found.Use.Retained(sequence), 1e-9);
                    Assert.Equal(expected.Use.Dense(sequence), found.Use.Dense(sequence));
                    for (var layer = 0; layer < config.LayerCount; layer++)
                    {
                        Assert.Equal(expected.Use.Positions(layer, sequence), found.Use.Positions(layer, sequence));
                        Assert.Equal(expected.Use.Peak(layer, sequence), found.Use.Peak(layer, sequence));
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_engines_go_on_alike(string policy)
    {
        Assert.SkipWhen(policy == "knorm", "equal tokens are tied but for rounding, which the engines do not share");
        var settings = SparseRuns.Settings(policy, Budget, Interval);
        using var twin = TinyModels.Engine(SparseRuns.Config);
        using var engine = Engine(SparseRuns.Config);
        var requests = SparseRuns.Requests(25, PromptLengths);
        var (expected, found) = (SparseRuns.Generate(twin, requests, settings), SparseRuns.Generate(engine, requests, settings, prefillChunk: 4));
        Assert.Equal(expected.Results.Select(result => result.TokenIds), found.Results.Select(result => result.TokenIds));
        Assert.Equal(expected.Results.Select(result => result.FirstCompressedToken), found.Results.Select(result => result.FirstCompressedToken));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void No_layer_ever_holds_more_than_budget_and_interval(string policy, CacheFormat cache)
    {
        var settings = SparseRuns.Settings(policy, Budget, Interval);
        using var engine = new RecordingEngine(Engine(SparseRuns.Config, cache));
        SparseRuns.Generate(engine, SparseRuns.Requests(25, PromptLengths), settings);
        foreach (var ((sequence, seen), layers) in engine.Held)
        {
            for (var layer = 0; layer < layers.Length; layer++)
            {
                var budget = settings.LayerBudget(layer, layers.Length);
                var recent = Math.Min(settings.Policy.Recent(budget), seen);
                Assert.All(layers[layer], head =>
                {
                    Assert.True(seen < PromptLengths[sequence] || head.Length < budget + Interval);
                    Assert.True(head.Zip(head.Skip(1), (a, b) => a < b).All(ascends => ascends));
                    Assert.InRange(head[0], 0, seen - 1);
                    Assert.Equal(Enumerable.Range(seen - recent, recent), head.TakeLast(recent));
                });
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_budget_for_everything_gives_the_dense_answer_bit_for_bit(string policy, CacheFormat cache)
    {
        using var engine = Engine(SparseRuns.Config, cache);
        SparseRuns.CheckFullBudget(engine, policy, SparseRuns.Requests(20, PromptLengths));
    }

    // Bit for bit, ties and all: whatever runs with it, however its prompt is divided, whatever the threads.
    [Theory]
    [MemberData(nameof(Formats))]
    public void A_sequence_does_not_depend_on_its_batch(string policy, CacheFormat cache)
    {
        var settings = SparseRuns.Settings(policy, Budget, Interval) with { CompressesPrompt = true };
        var requests = SparseRuns.Requests(20, PromptLengths[..3]);
        using var engine = Engine(SparseRuns.Config, cache, threads: 3);
        using var other = Engine(SparseRuns.Config, cache, threads: 1);
        var together = SparseRuns.Generate(engine, requests, settings);
        for (var sequence = 0; sequence < requests.Length; sequence++)
        {
            var alone = SparseRuns.Generate(other, [requests[sequence]], settings, prefillChunk: 2).Results[0];
            Assert.Equal(together.Results[sequence].TokenIds, alone.TokenIds);
            Assert.Equal(
                together.Results[sequence].LogProbabilities!.Select(token => token.SamplingLogProbability),
                alone.LogProbabilities!.Select(token => token.SamplingLogProbability));
        }
    }

    [Theory]
    [InlineData(CacheFormat.Fp32)]
    [InlineData(CacheFormat.Bf16)]
    [InlineData(CacheFormat.Quantized8)]
    public void Kept_keys_are_bit_for_bit_what_was_inserted(CacheFormat cache)
    {
        using var engine = Engine(SparseRuns.Config, cache);
        var watch = new KeyWatch(new RKvPolicy(SparseRuns.Options.RKv));
        SparseRuns.Generate(engine, SparseRuns.Requests(30, 7), new RetentionSettings { Policy = watch, Budget = Budget, Interval = Interval });
        Assert.True(watch.Repeats > 100);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_copied_sequence_goes_on_as_the_original_and_a_forgotten_one_begins_anew(string policy)
    {
        using var engine = Engine(SparseRuns.Config);
        using var session = engine.Open(2, 60, SparseRuns.Settings(policy, Budget, Interval) with { SequenceKeys = [4, 4] });
        var first = Begin(0);
        session.Copy(0, 1);
        for (var step = 0; step < 15; step++)
        {
            var logits = session.Forward([new DecodeRow(0, Tokens(step, 1)), new DecodeRow(1, Tokens(step, 1))]);
            Assert.Equal(logits[0].ToArray(), logits[1].ToArray());
        }

        Assert.Equal(session.Use!.Positions(1, 0), session.Use.Positions(1, 1));
        Assert.Equal(session.Use.FirstCompression(0), session.Use.FirstCompression(1));
        session.Truncate(1, 0);
        Assert.Null(session.Use.FirstCompression(1));
        Assert.Equal(first, Begin(1));

        float[] Begin(int sequence)
        {
            session.Forward([new DecodeRow(sequence, Tokens(3, 14))]);
            return session.Forward([new DecodeRow(sequence, Tokens(9, 1))])[0].ToArray();
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var engine = Engine(SparseRuns.Config);
        var settings = SparseRuns.Settings("r-kv", Budget, Interval) with { LongestPrompt = 10 };
        using var session = engine.Open(1, 60, settings);
        Assert.Contains("cannot take 13", Assert.Throws<ArgumentException>(() => session.Forward([new DecodeRow(0, Tokens(0, 13))])).Message);
        session.Forward([new DecodeRow(0, Tokens(0, 12))]);
        Assert.Equal([Budget], session.Lengths);
        Assert.Throws<ArgumentException>(() => session.Truncate(0, Budget - 1));
        Assert.Throws<InvalidOperationException>(() => session.Retain(0, [0, 1]));
        var tree = new DecodeRow(0, Tokens(0, 2)) { Ancestors = AncestorMask.FromParents([-1, -1]) };
        Assert.Contains("draft tree", Assert.Throws<ArgumentException>(() => session.Forward([tree])).Message);
        Assert.Equal([Budget], session.Lengths);

        using var mistral = Engine(TinyModels.Mistral);
        Assert.Contains("window of 6", Assert.Throws<LlmEfficiencyException>(() => mistral.Open(1, 60, settings)).Message);
        Assert.Throws<LlmEfficiencyException>(() => engine.Open(1, 60, settings with { Budget = 2 }));
    }

    [Fact]
    public void Layers_have_room_for_their_own_budget_alone()
    {
        using var engine = Engine(SparseRuns.Config);
        var settings = SparseRuns.Settings("pyramidkv", 40, Interval) with { LongestPrompt = 1 };
        using var small = engine.Open(1, 400, settings);
        using var dense = engine.Open(1, 400);
        var config = SparseRuns.Config;
        var slots = Enumerable.Range(0, config.LayerCount).Sum(layer => (settings.LayerBudget(layer, config.LayerCount) + Interval + 15) / 16 * 16);
        var perSlot = config.KeyValueHeadCount * (config.HeadDim + 16) * sizeof(float);     // values lie in whole vectors
        var beside = (config.LayerCount * SparseRuns.Window * config.HeadCount * config.HeadDim * sizeof(float))
            + (config.KeyValueHeadCount * sizeof(int) * Enumerable.Range(0, config.LayerCount).Sum(layer => settings.LayerBudget(layer, config.LayerCount)));
        Assert.Equal((slots * perSlot) + beside, small.Use!.AllocatedBytes);
        Assert.Equal(config.LayerCount * 400 * perSlot, dense.Use!.AllocatedBytes);
    }

    [Fact]
    public void Steps_and_compressions_leave_no_tensor_alive()
    {
        foreach (var entry in RetentionList.All.Where(entry => entry.Create is not null))
        {
            using var engine = Engine(SparseRuns.Config);
            using var session = engine.Open(3, 200, SparseRuns.Settings(entry.Name, Budget, Interval));
            LiveTensors.AssertLeft(0, () =>
            {
                session.Forward([new DecodeRow(0, Tokens(1, 3)), new DecodeRow(2, Tokens(1, 9))]);
                for (var step = 0; step < 20; step++)
                {
                    session.Forward([new DecodeRow(0, Tokens(1, 1)), new DecodeRow(2, Tokens(1, 1))]);
                }
            });
        }
    }

    private static SimdDecodeEngine Engine(TransformerConfig config, CacheFormat cache = CacheFormat.Fp32, int threads = 1)
    {
        using var model = TinyModels.Build(config);
        return SimdDecodeEngine.Of(model, new SimdEngineSettings { Cache = cache, Threads = threads });
    }

    private static int[] Different(int first, int count) => [.. Enumerable.Range(first, count)];

    private static int[] Tokens(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => i * 11 % SparseRuns.Config.VocabularySize)];
}
