using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Replay;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests;

public sealed class ReplayTests
{
    private static readonly Lazy<IReadOnlyList<ReplayTurn>> Vicuna = new(() => ReplayTraces.Read(
        SharedData.Require("specbench/question.jsonl"),
        SharedData.Require("specbench/traces/vicuna-7b-v1.3/A-vanilla-float16-temp-0.0.jsonl"),
        TokenizerLoader.Load(SharedData.Require("tokenizers/llama2")),
        BuiltInTemplates.Vicuna));

    [Fact]
    public void Prompt_lookup_has_the_published_acceptance() =>
        Assert.Equal(1.75, Replay(new PromptLookupDrafter()).MeanAcceptedTokens, 0.01);

    [Fact]
    public void The_chain_of_the_paper_has_the_acceptance_of_the_pilot() =>
        Assert.Equal(1.80, Replay(new SamChainDrafter()).MeanAcceptedTokens, 0.03);

    [Fact]
    public void Explore()
    {
        foreach (var (caches, tail, rows, min) in ((bool, int, int, double)[])[(false, 4, 24, 0.001), (false, 4, 40, 0.001), (true, 0, 24, 0.001), (true, 4, 24, 0.001), (true, 4, 40, 0.001), (true, 4, 24, 0.02)])
        {
            Console.Write($"cache {caches} tail {tail} rows {rows} min {min} ");
            Replay(new BackoffTreeDrafter(new BackoffTreeSettings { MaxRows = rows, MinProbability = min, Caches = caches, PromptTail = tail }));
        }
    }

    [Fact]
    public void ExploreSuffix()
    {
        foreach (var (caches, tree, factor, min, rows) in ((bool, bool, double, double, int)[])[
            (false, false, 1, .1, 33), (false, true, 4, .1, 33), (false, true, 1000, .01, 24), (false, true, 1000, .01, 40), (false, true, 1000, .05, 40), (true, false, 1, .1, 33), (true, true, 4, .1, 33), (true, true, 1000, .01, 24), (true, true, 1000, .01, 40), (true, true, 1000, .05, 40)])
        {
            Console.Write($"cache {caches} tree {tree} factor {factor} min {min} rows {rows} ");
            Replay(new SuffixFrequencyDrafter(new SuffixFrequencySettings { MaxRows = rows, Factor = factor, IsTree = tree, MinProbability = min, Caches = caches }));
        }
    }

    private static ReplayScore Replay(IDrafter drafter)
    {
        var score = Vicuna.Value.Select(turn => DraftReplay.Run(drafter, turn)).Aggregate(ReplayScore.Add);
        TestContext.Current.SendDiagnosticMessage($"{drafter.Name}: {score} {score.MeanAcceptedTokens:F4} {score.RowsPerStep:F2}");
        Console.WriteLine($"{drafter.Name}: {score} {score.MeanAcceptedTokens:F4} {score.RowsPerStep:F2}");
        return score;
    }
}
