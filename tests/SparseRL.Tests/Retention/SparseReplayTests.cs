using LlmEfficiency.Core.Retention;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Retention;

/// <summary>The oracle of all: a sparse answer is a dense one under a mask of what was evicted, layer by layer and head by head.</summary>
public sealed class SparseReplayTests
{
    private const int Answer = 20;

    public static TheoryData<string> Names => SparseRuns.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_masked_dense_forward_recovers_the_samplers_log_probabilities(string policy) =>
        Replay(SparseRuns.Settings(policy), prefillChunk: 4);

    [Theory]
    [InlineData("r-kv")]
    [InlineData("h2o")]
    [InlineData("pyramidkv")]
    public void So_it_does_where_prompts_are_compressed(string policy) =>
        Replay(SparseRuns.Settings(policy) with { CompressesPrompt = true }, prefillChunk: 5);

    [Fact]
    public void So_it_does_where_the_first_layer_chooses_for_all() =>
        Replay(SparseRuns.Settings("r-kv") with { Sharing = RetentionSharing.FirstLayer }, prefillChunk: 512);

    private static void Replay(RetentionSettings settings, int prefillChunk)
    {
        var config = SparseRuns.Config;
        using var model = TinyModels.Build(config, seed: 3);
        var plain = PlainTransformer.Of(model);
        using var engine = new RecordingEngine(TinyModels.Engine(config, seed: 3, chunkLength: 3));
        var outcome = SparseRuns.Generate(engine, SparseRuns.Requests(Answer, 5, 1, 17, 9, 12), settings, prefillChunk);
        var evicted = 0;
        for (var sequence = 0; sequence < outcome.Results.Count; sequence++)
        {
            var result = outcome.Results[sequence];
            int[] tokens = [.. result.Prompt, .. result.TokenIds];
            var logits = plain.Logits(
                tokens, keeps: (layer, head, query, key) => Keep(engine.Holds(sequence, layer, head, query, key), ref evicted));
            for (var i = 0; i < result.TokenIds.Count; i++)
            {
                var expected = LogSoftmax(logits[result.Prompt.Count + i - 1], result.TokenIds[i]);
                Assert.Equal(expected, result.LogProbabilities![i].SamplingLogProbability, 2e-4);
            }
        }

        Assert.True(evicted > 1000);
        Assert.True(outcome.Report.Cache!.Compressions >= outcome.Results.Count);
    }

    private static bool Keep(bool holds, ref int evicted)
    {
        evicted += holds ? 0 : 1;
        return holds;
    }

    private static double LogSoftmax(double[] logits, int token) => logits[token] - Math.Log(logits.Sum(Math.Exp));
}
