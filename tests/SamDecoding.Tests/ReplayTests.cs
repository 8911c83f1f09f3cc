using LlmEfficiency.Core.Errors;
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

    [Theory]
    [InlineData("A-eagle-float16-temperature-0.0", 3.578)]
    [InlineData("A-sps-68m-float16-temp-0.0", 2.502)]
    [InlineData("A-vanilla-float16-temp-0.0", 1)]
    public void Recorded_steps_of_other_methods_count_the_same_way(string trace, double published) => Assert.Equal(
        published,
        ReplayTraces.Recorded(SharedData.Require($"specbench/traces/vicuna-7b-v1.3/{trace}.jsonl")).MeanAcceptedTokens,
        0.001);

    // Settings were chosen on the questions of the other half.
    [Fact]
    public void Trees_of_the_text_itself_beat_the_chain_and_the_frequencies_at_no_more_rows()
    {
        var chain = Replay(new SamChainDrafter(), IsReported);
        var tree = Replay(new BackoffTreeDrafter(), IsReported);
        Assert.InRange(tree.MeanAcceptedTokens / chain.MeanAcceptedTokens, 1.10, 2);
        Assert.InRange(tree.RowsPerStep, 1, chain.RowsPerStep);
        var frequencies = Replay(
            new SuffixFrequencyDrafter(new() { IsTree = true, Factor = 1000, MinProbability = 0.01, MaxRows = 40, Caches = false }), IsReported);
        Assert.InRange(tree.MeanAcceptedTokens / frequencies.MeanAcceptedTokens, 1.04, 2);
        Assert.InRange(tree.RowsPerStep, 1, frequencies.RowsPerStep * 1.01);
    }

    [Fact]
    public void Earlier_answers_make_trees_better_still()
    {
        var chain = Replay(new SamChainDrafter(), IsReported);
        var tree = Replay(new BackoffTreeDrafter(new() { MaxRows = 24 }, new AnswerCache().Namespace(AnswerCache.DefaultNamespace)), IsReported);
        Assert.InRange(tree.MeanAcceptedTokens / chain.MeanAcceptedTokens, 1.20, 2);
        Assert.InRange(tree.RowsPerStep, 1, chain.RowsPerStep);
    }

    [Fact]
    public void A_replay_counts_as_a_run_of_the_model_does()
    {
        using var drafter = new PromptLookupDrafter(longest: 1, length: 2);
        // 5 | 6 7 accepted behind 5, and 8 follows | 9.
        var turn = new ReplayTurn(1, "x", [5, 6, 7, 1], [5, 6, 7, 8, 9]);
        Assert.Equal(new ReplayScore(5, 3, 5), DraftReplay.Run(drafter, turn));
        Assert.Equal(new ReplayScore(5, 5, 5), DraftReplay.Run(drafter, turn, limit: 0));
        Assert.Equal(1, DraftReplay.Run(drafter, turn, limit: 0).MeanAcceptedTokens);
    }

    [Theory]
    [InlineData("""{"question_id":1,"category":"x"}""", "q.jsonl: line 1: turns is missing")]
    [InlineData("""{"question_id":"a","category":"x","turns":[]}""", "question_id is missing or of another kind")]
    [InlineData("""{"question_id":1,"category":"x","turns":[3]}""", "a turn is no text")]
    [InlineData("""{"question_id":2,"category":"x","turns":["a"]}""", "holds no answer to a question")]
    public void A_file_of_another_form_is_refused(string line, string problem)
    {
        using var folder = new TemporaryFolder();
        var (questions, traces) = (folder.File("q.jsonl"), folder.File("t.jsonl"));
        File.WriteAllText(questions, line);
        File.WriteAllText(traces, """{"question_id":1,"choices":[{"turns":["b"]}]}""");
        var error = Assert.Throws<LlmEfficiencyException>(
            () => ReplayTraces.Read(questions, traces, ByteTokenizer.Create("<s>", "</s>"), BuiltInTemplates.Vicuna));
        Assert.Contains(problem, error.Message);
    }

    private static bool IsReported(ReplayTurn turn) => unchecked((uint)turn.Question * 2654435761u) >> 31 == 1;

    private static ReplayScore Replay(IDrafter drafter, Func<ReplayTurn, bool>? which = null)
    {
        using (drafter)
        {
            return Vicuna.Value.Where(which ?? (_ => true)).Select(turn => DraftReplay.Run(drafter, turn)).Aggregate(ReplayScore.Add);
        }
    }
}
