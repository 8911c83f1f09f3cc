using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Tasks.Arithmetic;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class CountdownTaskTests
{
    private static readonly CountdownTask Task = new(3);

    [Theory]
    [InlineData("25 - 7 = 18, 18 * 3 = 54", true)]
    [InlineData("25 - 7 = 18, 3 * 18 = 54\n", true)]
    [InlineData("25 * 3 = 75, 7 * 3 = 21, 75 - 21 = 54", false)] // the 3 twice
    [InlineData("25 - 7 = 18", false)]
    [InlineData("25 - 7 = 19, 19 * 3 = 54", false)]
    [InlineData("25 - 7 = 18, 18 * 3 = 54, 54 * 1 = 54", false)]
    [InlineData("50 + 4 = 54", false)]
    [InlineData("54", false)]
    [InlineData("25-7=18, 18*3=54", false)]
    [InlineData("7 - 25 = -18, -18 * 3 = -54", false)]
    [InlineData("25 - 7 = 18,18 * 3 = 54", false)]
    [InlineData("25 ^ 7 = 18, 18 * 3 = 54", false)]
    [InlineData("25 / 7 = 3, 3 * 3 = 9", false)]
    [InlineData("25 / 0 = 18, 18 * 3 = 54", false)]
    [InlineData("25 - 7 = 99999999999, 18 * 3 = 54", false)]
    [InlineData("", false)]
    public void Any_way_that_uses_up_the_numbers_counts(string response, bool isRight)
    {
        var example = new TaskExample { Key = "countdown|54|3 7 25", Answer = "54", Kind = "countdown" };
        Assert.Equal(isRight, Task.IsCorrect(example, response));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void Every_target_is_reached_and_positive(int count)
    {
        var task = new CountdownTask(count);
        foreach (var example in TaskExamples.Of(task, 500))
        {
            Assert.True(task.IsCorrect(example, TaskExamples.Response(example)));
            Assert.InRange(int.Parse(example.Answer, System.Globalization.CultureInfo.InvariantCulture), 1, 3000);
            Assert.Equal(count - 1, TaskExamples.Response(example).Split(", ").Length);
        }
    }
}
