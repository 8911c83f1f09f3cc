using LlmEfficiency.Core.Sampling;
using Xunit;

namespace LlmEfficiency.Core.Tests.Sampling;

public sealed class LogitPenaltiesTests
{
    [Fact]
    public void Repetition_divides_positive_and_multiplies_negative_logits_once_a_token()
    {
        float[] logits = [2, -2, 4, 0, 3];
        LogitPenalties.PenalizeRepetition(logits, History([0, 0, 1], [2, 2, 0]), 2);
        Assert.Equal([1, -4, 2, 0, 3], logits);
    }

    [Fact]
    public void Presence_counts_once_and_frequency_each_time_and_the_prompt_not_at_all()
    {
        float[] logits = [1, 1, 1];
        LogitPenalties.PenalizeAnswer(logits, History([0], [1, 1, 2]), presence: 0.5, frequency: 0.25);
        Assert.Equal([1, 0, 0.25f], logits);
    }

    [Fact]
    public void Bias_adds_and_forbids()
    {
        float[] logits = [1, 1, 1];
        LogitPenalties.AddBias(logits, new Dictionary<int, float> { [0] = 2, [2] = float.NegativeInfinity, [99] = 1 });
        Assert.Equal([3, 1, float.NegativeInfinity], logits);
    }

    [Fact]
    public void A_token_taken_back_is_not_penalized()
    {
        var history = History([0], [1, 1]);
        history.RemoveLast();
        history.RemoveLast();
        float[] logits = [1, 1];
        LogitPenalties.PenalizeAnswer(logits, history, presence: 1, frequency: 1);
        Assert.Equal([1, 1], logits);
        Assert.Throws<InvalidOperationException>(history.RemoveLast);
    }

    private static TokenHistory History(int[] prompt, int[] generated)
    {
        var history = new TokenHistory(prompt);
        Array.ForEach(generated, history.Append);
        return history;
    }
}
