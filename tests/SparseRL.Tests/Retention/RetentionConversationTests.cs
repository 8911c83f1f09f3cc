using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Retention;

public sealed class RetentionConversationTests
{
    [Fact]
    public void Another_prompt_is_answered_as_by_a_fresh_cache()
    {
        using var engine = TinyModels.Engine(SparseRuns.Config);
        var settings = SparseRuns.Settings("r-kv");
        using var conversation = Open(engine, settings);
        foreach (var request in SparseRuns.Requests(20, 17, 5, 30))
        {
            var fresh = SparseRuns.Generate(engine, [request], settings).Results[0];
            var kept = Run(conversation, [request]).Results[0];
            Assert.Equal(fresh.TokenIds, kept.TokenIds);
            Assert.Equal(fresh.FirstCompressedToken, kept.FirstCompressedToken);
        }
    }

    [Fact]
    public void A_further_turn_runs_behind_what_was_kept()
    {
        using var engine = TinyModels.Engine(SparseRuns.Config);
        using var conversation = Open(engine, SparseRuns.Settings("snapkv"));
        var first = SparseRuns.Requests(20, 9)[0];
        var answer = Run(conversation, [first]).Results[0];
        int[] further = [.. first.Prompt, .. answer.TokenIds, 3];
        var second = Run(conversation, [first with { Prompt = further, MaxTokens = 5 }]);
        Assert.Equal(further.Length - 2, second.Report.ReusedTokens);       // the answer's last token was never run
        Assert.Equal(0, second.Results[0].FirstCompressedToken);

        // A prompt that leaves the answer cannot use what was kept of it.
        var third = Run(conversation, [first with { Prompt = [.. first.Prompt, 1], MaxTokens = 5 }]);
        Assert.Equal(0, third.Report.ReusedTokens);
    }

    private static GenerationOutcome Run(ConversationGenerator conversation, IReadOnlyList<GenerationRequest> requests) =>
        conversation.Generate(requests, cancellation: TestContext.Current.CancellationToken);

    private static ConversationGenerator Open(IDecodeEngine engine, RetentionSettings settings) =>
        new(engine, SparseRuns.Tokenizer(), retention: settings);
}
