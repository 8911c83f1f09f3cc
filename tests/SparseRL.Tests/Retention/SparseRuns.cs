using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.SparseRL.Retention;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Retention;

/// <summary>Small sparse generations through the real generator.</summary>
internal static class SparseRuns
{
    public const int Window = 3;

    /// <summary>Gets small windows, so that small budgets work.</summary>
    public static RetentionOptions Options { get; } = new()
    {
        RKv = new() { Window = Window, Kernel = 3 },
        SnapKv = new() { Window = Window, Kernel = 3 },
        PyramidKv = new() { Window = Window, Kernel = 3, Beta = 3 },
        StreamingLlm = new() { Sinks = 2 },
        Random = new() { Window = Window },
    };

    /// <summary>Gets the names of all policies but the dense one.</summary>
    public static TheoryData<string> Names => [.. RetentionList.All.Where(entry => entry.Create is not null).Select(entry => entry.Name)];

    public static TransformerConfig Config { get; } = TinyModels.Llama with { VocabularySize = 41 };

    public static RetentionSettings Settings(string policy, int budget = 8, int interval = 4) => new()
    {
        Policy = RetentionList.Create(policy, Options)!,
        Budget = budget,
        Interval = interval,
    };

    /// <summary>Makes ragged prompts: some shorter than the budget, some longer than budget and interval.</summary>
    public static GenerationRequest[] Requests(int tokens, params int[] lengths) =>
    [
        .. lengths.Select((length, row) => new GenerationRequest
        {
            Prompt = [.. Enumerable.Range(0, length).Select(i => ((i * i * 7) + (row * 13) + i) % Config.VocabularySize)],
            MaxTokens = tokens,
            Sampling = new SamplingSettings { Seed = 5 },
            Sequence = (ulong)row + 100,
            LogProbabilities = 0,
        }),
    ];

    public static GenerationOutcome Generate(
        IDecodeEngine engine, IReadOnlyList<GenerationRequest> requests, RetentionSettings? retention, int prefillChunk = 512) =>
        new AutoregressiveGenerator(engine, Tokenizer()) { Retention = retention, PrefillChunk = prefillChunk }.Generate(requests);

    /// <summary>Checks that a budget for everything gives the dense answers, to the last bit of their probabilities.</summary>
    public static void CheckFullBudget(IDecodeEngine engine, string policy, IReadOnlyList<GenerationRequest> requests)
    {
        var dense = Generate(engine, requests, null);
        var sparse = Generate(engine, requests, Settings(policy, budget: 300) with { CompressesPrompt = true });
        for (var sequence = 0; sequence < requests.Count; sequence++)
        {
            Assert.Equal(dense.Results[sequence].TokenIds, sparse.Results[sequence].TokenIds);
            Assert.Equal(
                dense.Results[sequence].LogProbabilities!.Select(token => token.SamplingLogProbability),
                sparse.Results[sequence].LogProbabilities!.Select(token => token.SamplingLogProbability));
            Assert.Null(sparse.Results[sequence].FirstCompressedToken);
        }

        Assert.Equal(dense.Report.Cache!.MeanTokens, sparse.Report.Cache!.MeanTokens);
    }

    public static TableTokenizer Tokenizer() => new(Enumerable.Range(0, Config.VocabularySize).Select(i => new[] { (byte)(i + 32) }));
}
