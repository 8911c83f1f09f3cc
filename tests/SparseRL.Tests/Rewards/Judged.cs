using LlmEfficiency.Core.Generation;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Rewards;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Rewards;

/// <summary>Responses for the tests of rewards.</summary>
internal static class Judged
{
    public static RewardRequest Response(string text, string reference = "7", int tokens = 3, FinishReason finish = FinishReason.StopToken) =>
        new(new RolloutPrompt([1, 2], "3 + 4?", reference) { Place = "here: question 1" }, text, new int[tokens], finish);

    public static double Score(IReward reward, string text, string reference = "7") => reward.Score([Response(text, reference)], TestContext.Current.CancellationToken)[0];
}
