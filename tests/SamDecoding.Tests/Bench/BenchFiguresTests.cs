using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Bench;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Bench;

public sealed class BenchFiguresTests
{
    // Drafts foretell 2, none and 1 tokens: 3 + 1 + 2 tokens of the passes and the first one before them.
    [Theory]
    [InlineData(new[] { 2, 0, 1 }, 7, new[] { 3, 1, 2, 1 })]
    [InlineData(new[] { 2, 0, 1 }, 6, new[] { 3, 1, 2 })] // the last one was the end
    [InlineData(new[] { 0, 0 }, 3, new[] { 1, 1, 1 })]
    [InlineData(new int[0], 1, new[] { 1 })]
    [InlineData(new int[0], 0, new int[0])]
    public void Accepted_tokens_of_the_steps_add_up_to_the_tokens(int[] accepted, int tokens, int[] lengths)
    {
        Assert.Equal(lengths, TurnMeasurement.Lengths(accepted, tokens));
        Assert.Equal(tokens, lengths.Sum());
    }

    [Fact]
    public void Figures_are_those_of_Spec_Bench()
    {
        // 12 tokens in 4 s and 6 in 1 s: 3 and 6 tokens a second, on average 4.5 (not 18 tokens / 5 s).
        QuestionMeasurement[] drafted =
        [
            new(1, "qa", [Turn([1, 2, 3, 4, 5, 6, 7, 8], [3, 1, 4], wall: 1.5), Turn([1, 2, 3, 4], [2, 2], wall: 2.5)]),
            new(2, "rag", [Turn([7, 7, 7, 7, 7, 7], [5, 1], wall: 1)]),
        ];
        QuestionMeasurement[] plain =
        [
            new(1, "qa", [Turn([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 1, 1], wall: 4), Turn([1, 2, 3, 4], [1, 1, 1, 1], wall: 2)]),
            new(2, "rag", [Turn([7, 7, 7, 7, 7, 8], [1, 1, 1, 1, 1, 1], wall: 2)]),
        ];
        var figures = BenchFigures.Of(drafted, plain);
        Assert.Equal((2, 18, 7), (figures.Questions, figures.Tokens, figures.Steps));
        Assert.Equal(18.0 / 7, figures.Mat, 1e-12);
        Assert.Equal(4.5, figures.TokensPerSecond, 1e-12);
        Assert.Equal(4.5 / 2.5, figures.Speedup!.Value, 1e-12); // plain: 2 and 3 tokens a second
        Assert.Equal(0.25, figures.DraftShare, 1e-12);
        Assert.Equal(10, figures.RowsPerStep, 1e-12);
        Assert.Equal(0.5, figures.DraftedSteps, 1e-12);
        Assert.Equal(1 - (6 / 5.0), figures.PrefillShare, 1e-12); // three turns of 2 s in 5 s: made up
        Assert.Equal([new SourceUse("context", 0.5, 4)], figures.Sources); // 5, 1 and 3 accepted in three passes, and the certain ones
        Assert.Equal(1, figures.Differing);
        Assert.Equal((null, null), (BenchFigures.Of(drafted, null).Speedup, BenchFigures.Of(drafted, null).Differing));
    }

    [Fact]
    public void A_question_with_fewer_turns_or_other_tokens_differs()
    {
        QuestionMeasurement Of(params int[][] turns) => new(1, "qa", [.. turns.Select(ids => Turn(ids, [ids.Length], 1))]);
        Assert.True(Of([1, 2], [3]).HasTokensOf(Of([1, 2], [3])));
        Assert.False(Of([1, 2]).HasTokensOf(Of([1, 2], [3])));
        Assert.False(Of([1, 2], [3]).HasTokensOf(Of([1, 2], [4])));
        Assert.False(Of([1, 2], [3]).HasTokensOf(Of([1, 2], [3, 4])));
    }

    // Each turn: 2 passes of 20 tokens in 2 s, one of them with a draft, and half a second for drafts.
    private static TurnMeasurement Turn(int[] ids, int[] lengths, double wall) => new()
    {
        Text = string.Empty,
        TokenIds = ids,
        WallTime = wall,
        DecodeTime = 2,
        DraftTime = 0.5,
        AcceptLengths = lengths,
        Passes = 2,
        Rows = 20,
        Sources = [new SourceStatistics("context", 1, 18, ids.Length - 3)],
    };
}
