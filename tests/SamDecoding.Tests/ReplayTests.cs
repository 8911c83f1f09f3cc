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
        foreach (var learns in (bool[])[false, true])
        {
            foreach (var (rows, min) in ((int, double)[])[(16, 0.001), (24, 0.001), (24, 0.02), (24, 0.05), (40, 0.001), (40, 0.02)])
            {
                Console.Write($"learns {learns} rows {rows} min {min} ");
                Replay(new BackoffTreeDrafter(new BackoffTreeSettings { MaxRows = rows, MinProbability = min, LearnsEscapes = learns }));
            }
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
