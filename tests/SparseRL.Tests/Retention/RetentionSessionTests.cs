using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.SparseRL.Retention;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Retention;

public sealed class RetentionSessionTests
{
    private const int Budget = 8;
    private const int Interval = 4;

    private static readonly int[] PromptLengths = [5, 1, 17, 9, 12];

    public static TheoryData<string> Names => SparseRuns.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_compression_leaves_the_budget_and_nothing_exceeds_budget_and_interval(string policy)
    {
        var settings = SparseRuns.Settings(policy, Budget, Interval);
        using var engine = new RecordingEngine(TinyModels.Engine(SparseRuns.Config, chunkLength: 3));
        SparseRuns.Generate(engine, SparseRuns.Requests(25, PromptLengths), settings, prefillChunk: 4);
        foreach (var ((sequence, seen), layers) in engine.Held)
        {
            for (var layer = 0; layer < layers.Length; layer++)
            {
                var budget = settings.LayerBudget(layer, layers.Length);
                var prompt = PromptLengths[sequence];
                var expected = seen < prompt ? seen : Expected(Math.Max(prompt, 1), seen, budget);
                Assert.All(layers[layer], head => Assert.Equal(expected, head.Length));
            }
        }

        for (var sequence = 0; sequence < PromptLengths.Length; sequence++)
        {
            for (var layer = 0; layer < SparseRuns.Config.LayerCount; layer++)
            {
                var most = Math.Max(PromptLengths[sequence], settings.LayerBudget(layer, SparseRuns.Config.LayerCount) + Interval);
                Assert.Equal(most, engine.Use!.Peak(layer, sequence));
            }
        }

        // The plain twin of the trigger.
        static int Expected(int prompt, int seen, int budget)
        {
            var length = prompt >= budget + Interval ? budget : prompt;
            for (var token = prompt; token < seen; token++)
            {
                length = length + 1 >= budget + Interval ? budget : length + 1;
            }

            return length;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Positions_ascend_and_the_latest_are_kept(string policy)
    {
        var settings = SparseRuns.Settings(policy, Budget, Interval);
        using var engine = new RecordingEngine(TinyModels.Engine(SparseRuns.Config));
        SparseRuns.Generate(engine, SparseRuns.Requests(25, PromptLengths), settings);
        foreach (var ((_, seen), layers) in engine.Held)
        {
            for (var layer = 0; layer < layers.Length; layer++)
            {
                var recent = settings.Policy.Recent(settings.LayerBudget(layer, layers.Length));
                foreach (var head in layers[layer])
                {
                    Assert.True(head.Zip(head.Skip(1), (a, b) => a < b).All(ascends => ascends));
                    Assert.InRange(head[0], 0, seen - 1);
                    Assert.InRange(head[^1], 0, seen - 1);
                    Assert.Equal(Enumerable.Range(seen - Math.Min(recent, seen), Math.Min(recent, seen)), head.TakeLast(recent));
                }
            }
        }
    }

    [Fact]
    public void StreamingLlm_keeps_the_first_and_the_latest_exactly()
    {
        using var engine = new RecordingEngine(TinyModels.Engine(SparseRuns.Config));
        SparseRuns.Generate(engine, SparseRuns.Requests(25, 6), SparseRuns.Settings("streaming-llm", Budget, Interval));
        var compressed = engine.Held.Where(held => held.Value[0][0].Length == Budget && held.Key.Seen >= Budget + Interval).ToArray();
        Assert.True(compressed.Length > 3);
        foreach (var ((_, seen), layers) in compressed)
        {
            int[] expected = [0, 1, .. Enumerable.Range(seen - (Budget - 2), Budget - 2)];
            Assert.All(layers.SelectMany(layer => layer), head => Assert.Equal(expected, head));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sequence_does_not_depend_on_its_batch(string policy)
    {
        // The norm of a first layer's key depends on its token alone, so that repeated tokens are tied but for rounding.
        Assert.SkipWhen(policy == "knorm", "ties that the batch's rounding decides");
        var settings = SparseRuns.Settings(policy, Budget, Interval) with { CompressesPrompt = true };
        var requests = SparseRuns.Requests(20, PromptLengths[..3]);
        using var engine = new RecordingEngine(TinyModels.Engine(SparseRuns.Config));
        var together = SparseRuns.Generate(engine, requests, settings);
        var held = engine.Held.ToDictionary();
        for (var sequence = 0; sequence < requests.Length; sequence++)
        {
            engine.Held.Clear();
            var alone = SparseRuns.Generate(engine, [requests[sequence]], settings, prefillChunk: 2);
            Assert.Equal(together.Results[sequence].TokenIds, alone.Results[0].TokenIds);
            Assert.Equal(together.Results[sequence].FirstCompressedToken, alone.Results[0].FirstCompressedToken);
            foreach (var ((_, seen), layers) in engine.Held.Where(one => one.Key.Seen >= PromptLengths[sequence]))
            {
                Assert.Equal(held[(sequence, seen)], layers);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_budget_for_everything_gives_the_dense_answer_exactly(string policy)
    {
        using var engine = TinyModels.Engine(SparseRuns.Config);
        SparseRuns.CheckFullBudget(engine, policy, SparseRuns.Requests(20, PromptLengths));
    }

    [Theory]
    [InlineData(false, 12, 1)]      // the prompt is compressed at once: it fills budget and interval
    [InlineData(false, 9, 4)]       // three more tokens fill them
    [InlineData(true, 9, 1)]
    [InlineData(true, 8, 5)]        // a prompt of the budget is left alone
    public void The_first_token_of_a_compressed_cache_is_known(bool compressesPrompt, int prompt, int expected)
    {
        using var engine = new RecordingEngine(TinyModels.Engine(SparseRuns.Config));
        var settings = SparseRuns.Settings("snapkv", Budget, Interval) with { CompressesPrompt = compressesPrompt };
        var requests = SparseRuns.Requests(20, prompt);
        var result = SparseRuns.Generate(engine, requests, settings).Results[0];
        Assert.Equal(expected, result.FirstCompressedToken);
        var dense = SparseRuns.Generate(engine, requests, null).Results[0];
        Assert.Equal(
            dense.LogProbabilities!.Take(expected).Select(token => token.SamplingLogProbability),
            result.LogProbabilities!.Take(expected).Select(token => token.SamplingLogProbability));
        Assert.NotEqual(
            dense.LogProbabilities![expected].SamplingLogProbability, result.LogProbabilities![expected].SamplingLogProbability);
    }

    [Fact]
    public void Kept_keys_are_bit_for_bit_what_was_inserted()
    {
        using var engine = TinyModels.Engine(SparseRuns.Config);
        var watch = new KeyWatch(new RKvPolicy(SparseRuns.Options.RKv));
        SparseRuns.Generate(
            engine, SparseRuns.Requests(30, 7), new RetentionSettings { Policy = watch, Budget = Budget, Interval = Interval });
        Assert.True(watch.Repeats > 100);
    }

    [Fact]
    public void Memory_is_taken_for_budget_and_interval_alone()
    {
        using var engine = TinyModels.Engine(SparseRuns.Config);
        var outcome = SparseRuns.Generate(engine, SparseRuns.Requests(40, 5, 7), SparseRuns.Settings("r-kv", Budget, Interval));
        var config = SparseRuns.Config;
        var perSlot = 2L * config.LayerCount * config.KeyValueHeadCount * config.HeadDim * sizeof(float);
        var window = (long)config.LayerCount * SparseRuns.Window * config.HeadCount * config.HeadDim * sizeof(float);
        var positions = (long)config.LayerCount * config.KeyValueHeadCount * Budget * sizeof(int);
        var cache = outcome.Report.Cache!;
        Assert.Equal(2 * ((perSlot * (Budget + Interval)) + window + positions), cache.AllocatedBytes);
        Assert.Equal(2 * perSlot * (7 + 39), cache.DenseBytes);
        Assert.Equal(Budget + Interval, cache.PeakTokens);
        Assert.InRange(cache.KeptRatio, 0.2, 0.6);
    }

    [Fact]
    public void A_copied_sequence_goes_on_as_the_original()
    {
        foreach (var entry in RetentionList.All.Where(entry => entry.Create is not null))
        {
            using var engine = TinyModels.Engine(SparseRuns.Config);
            var keys = new ulong[] { 4, 4 };
            using var session = engine.Open(2, 60, SparseRuns.Settings(entry.Name, Budget, Interval) with { SequenceKeys = keys });
            session.Forward([new DecodeRow(0, Tokens(14, 3))]);
            session.Forward([new DecodeRow(0, Tokens(1, 9))]);
            session.Copy(0, 1);
            for (var step = 0; step < 15; step++)
            {
                var logits = session.Forward([new DecodeRow(0, Tokens(1, step)), new DecodeRow(1, Tokens(1, step))]);
                Assert.All(logits[0].ToArray().Zip(logits[1].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
            }

            Assert.Equal(session.Use!.Positions(1, 0), session.Use.Positions(1, 1));
            Assert.Equal(session.Use.FirstCompression(0), session.Use.FirstCompression(1));
        }
    }

    [Fact]
    public void A_forgotten_sequence_begins_anew()
    {
        using var engine = TinyModels.Engine(SparseRuns.Config);
        using var session = engine.Open(1, 60, SparseRuns.Settings("h2o", Budget, Interval));
        var first = Run();
        session.Truncate(0, 0);
        Assert.Null(session.Use!.FirstCompression(0));
        Assert.Equal(first, Run());

        float[] Run()
        {
            session.Forward([new DecodeRow(0, Tokens(14, 3))]);
            var last = session.Forward([new DecodeRow(0, Tokens(1, 1))]);
            for (var step = 0; step < 10; step++)
            {
                last = session.Forward([new DecodeRow(0, Tokens(1, step))]);
            }

            return last[0].ToArray();
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var engine = TinyModels.Engine(SparseRuns.Config);
        var settings = SparseRuns.Settings("r-kv", Budget, Interval) with { LongestPrompt = 10 };
        using var session = engine.Open(1, 60, settings);
        Assert.Contains("cannot take 13", Assert.Throws<ArgumentException>(() => session.Forward([new DecodeRow(0, Tokens(13, 0))])).Message);
        session.Forward([new DecodeRow(0, Tokens(12, 0))]);
        Assert.Equal([Budget], session.Lengths);
        Assert.Throws<ArgumentException>(() => session.Truncate(0, Budget - 1));
        Assert.Throws<InvalidOperationException>(() => session.Retain(0, [0, 1]));
        var tree = new DecodeRow(0, Tokens(2, 0)) { Ancestors = AncestorMask.FromParents([-1, -1]) };
        Assert.Contains("draft tree", Assert.Throws<ArgumentException>(() => session.Forward([tree])).Message);
        Assert.Equal([Budget], session.Lengths);

        using var mistral = TinyModels.Engine(TinyModels.Mistral);
        Assert.Contains("window of 6", Assert.Throws<LlmEfficiencyException>(() => mistral.Open(1, 60, settings)).Message);
    }

    [Theory]
    [InlineData("r-kv", 8)]
    [InlineData("snapkv", 8)]
    [InlineData("pyramidkv", 9)]
    [InlineData("streaming-llm", 4)]
    [InlineData("random", 8)]
    [InlineData("tova", 1)]
    [InlineData("knorm", 0)]
    public void A_budget_for_the_window_alone_is_refused(string policy, int budget)
    {
        var settings = new RetentionSettings { Policy = RetentionList.Create(policy)!, Budget = budget };
        var refusal = Assert.Throws<LlmEfficiencyException>(() => settings.Validate(4));
        Assert.Equal(ErrorKind.Configuration, refusal.Kind);
        Assert.Contains("budget", refusal.Message);
    }

    [Fact]
    public void Steps_and_compressions_leave_no_tensor_alive()
    {
        foreach (var entry in RetentionList.All.Where(entry => entry.Create is not null))
        {
            using var engine = TinyModels.Engine(SparseRuns.Config);
            using var session = engine.Open(3, 200, SparseRuns.Settings(entry.Name, Budget, Interval));
            LiveTensors.AssertLeft(0, () =>
            {
                session.Forward([new DecodeRow(0, Tokens(3, 1)), new DecodeRow(2, Tokens(9, 1))]);
                for (var step = 0; step < 20; step++)
                {
                    session.Forward([new DecodeRow(0, Tokens(1, 1)), new DecodeRow(2, Tokens(1, 1))]);
                }
            });
        }
    }

    private static int[] Tokens(int count, int first) =>
        [.. Enumerable.Range(first, count).Select(i => i * 11 % SparseRuns.Config.VocabularySize)];
}
