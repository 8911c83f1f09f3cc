using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class ConversationGeneratorTests
{
    private static readonly TableTokenizer Letters = TableTokenizer.Of("a", "b", "c", "d");

    [Fact]
    public void Answers_are_those_of_a_fresh_cache() =>
        Gen.Int[0, 1].Array[1, 8].Array[1, 5].Sample(prompts =>
        {
            using var engine = new HashLanguageModel(vocabularySize: 4, contextLength: 64);
            using var conversation = new ConversationGenerator(engine, Letters) { PrefillChunk = 3 };
            GenerationRequest[] requests = [.. prompts.Select(prompt => new GenerationRequest { Prompt = prompt, MaxTokens = 4 })];
            var fresh = new AutoregressiveGenerator(engine, Letters).Run(requests).Results;
            var kept = requests.Select(request => conversation.Run([request]).Results[0]);
            Assert.Equal(fresh.Select(result => result.Text), kept.Select(result => result.Text));
            Assert.Equal(fresh.Select(result => result.Text), conversation.Run(requests).Results.Select(result => result.Text));
        });

    [Fact]
    public void A_further_turn_runs_only_what_is_new()
    {
        using var engine = new HashLanguageModel(vocabularySize: 4, contextLength: 64);
        using var conversation = new ConversationGenerator(engine, Letters);
        int[] first = [0, 1, 2, 3, 0];
        var answer = conversation.Run([new GenerationRequest { Prompt = first, MaxTokens = 4 }]).Results[0];
        var before = engine.TokensRun;
        var second = conversation.Run(
            [new GenerationRequest { Prompt = [.. first, .. answer.TokenIds, 2, 2], MaxTokens = 1 }]);

        // The last token of the answer was drawn and never run.
        Assert.Equal((3, 8), (engine.TokensRun - before, second.Report.ReusedTokens));
    }

    [Fact]
    public void The_same_prompt_again_runs_its_last_token()
    {
        using var engine = new HashLanguageModel(vocabularySize: 4, contextLength: 64);
        using var conversation = new ConversationGenerator(engine, Letters);
        var request = new GenerationRequest { Prompt = [0, 1, 2], MaxTokens = 1 };
        var first = conversation.Run([request]);
        var second = conversation.Run([request]);
        Assert.Equal(first.Results[0].TokenIds, second.Results[0].TokenIds);
        Assert.Equal((0, 2), (first.Report.ReusedTokens, second.Report.ReusedTokens));
    }

    [Theory]
    [InlineData(3, 8)]
    [InlineData(10, 1)]
    public void An_answer_ends_where_the_cache_ends(int prompt, int room)
    {
        using var engine = new HashLanguageModel(vocabularySize: 4, contextLength: 64);
        using var conversation = new ConversationGenerator(engine, Letters, capacity: 10);
        var request = new GenerationRequest { Prompt = new int[prompt], MaxTokens = 50, IgnoresEndOfSequence = true };
        var result = conversation.Run([request]).Results[0];
        Assert.Equal((room, FinishReason.ContextFull), (result.TokenIds.Count, result.Finish));
    }

    [Fact]
    public void A_prompt_longer_than_the_cache_is_refused_and_a_shorter_one_still_runs()
    {
        using var engine = new HashLanguageModel(vocabularySize: 4, contextLength: 64);
        using var conversation = new ConversationGenerator(engine, Letters, capacity: 10);
        var problem = Assert.Throws<LlmEfficiencyException>(() => conversation.Run([new GenerationRequest { Prompt = new int[11] }]));
        Assert.Equal(ErrorKind.Input, problem.Kind);
        Assert.NotEmpty(conversation.Run([new GenerationRequest { Prompt = new int[9] }]).Results[0].TokenIds);
    }
}
