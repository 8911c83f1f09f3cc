using LlmEfficiency.SamDecoding.Drafting;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class HeadChoiceTests
{
    [Theory]
    [InlineData(4, 2.0, 1, 1.0, true)]      // four tokens in two seconds, one in one
    [InlineData(4, 5.0, 1, 1.0, false)]
    [InlineData(1, 1.5, 1, 1.0, false)]
    public void What_brings_more_a_second_is_done_and_the_other_tried_at_times(int withTokens, double withSeconds, int tokens, double seconds, bool isAsked)
    {
        var choice = new HeadChoice();
        var asked = Asked(choice, 320, withTokens, withSeconds, tokens, seconds);
        Assert.InRange(isAsked ? 320 - asked : asked, 4, 6); // three at first, then the 32nd, the 96th and the 224th
        Assert.Equal(withTokens - 1, choice.Gain, 1e-9);
    }

    [Fact]
    public void What_has_become_better_is_found_out()
    {
        var choice = new HeadChoice();
        Assert.InRange(Asked(choice, 320, 1, 2, 1, 1), 1, 6);
        Assert.InRange(Asked(choice, 3200, 5, 2, 1, 1), 1500, 3200);
    }

    private static int Asked(HeadChoice choice, int steps, int withTokens, double withSeconds, int tokens, double seconds)
    {
        var asked = 0;
        for (var step = 0; step < steps; step++)
        {
            var isAsked = choice.Next();
            asked += isAsked ? 1 : 0;
            choice.Learn(isAsked, isAsked ? withTokens : tokens, isAsked ? withSeconds : seconds);
        }

        return asked;
    }
}
