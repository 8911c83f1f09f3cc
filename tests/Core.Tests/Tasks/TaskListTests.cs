using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class TaskListTests
{
    [Fact]
    public void Finds_every_task_by_its_name()
    {
        Assert.Equal(
            ["stories", "arithmetic", "copy-edit", "chat", "mixed", "permutation-walk", "keyed-sum", "countdown"],
            TaskList.All.Select(task => task.Name));
        Assert.All(TaskList.All, task => Assert.Same(task, TaskList.Find(task.Name)));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_all_names()
    {
        var failure = Assert.Throws<LlmEfficiencyException>(() => TaskList.Find("cooking"));
        Assert.Equal(ErrorKind.Configuration, failure.Kind);
        Assert.Contains("cooking", failure.Message, StringComparison.Ordinal);
        Assert.All(TaskList.All, task => Assert.Contains(task.Name, failure.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("permutation-walk:k=5:m=48", "permutation-walk:k=5:m=48")]
    [InlineData("permutation-walk:m=24:k=8", "permutation-walk")]
    [InlineData("permutation-walk:noise=0.03", "permutation-walk:noise=0.03")]
    [InlineData("permutation-walk:check=all:m=6", "permutation-walk:m=6:check=all")]
    [InlineData("permutation-walk:check=end", "permutation-walk")]
    [InlineData("keyed-sum:noise=0.5:n=4", "keyed-sum:n=4:noise=0.5")]
    [InlineData("countdown:n=3", "countdown:n=3")]
    [InlineData("arithmetic:kind=chain:hard=0", "arithmetic:hard=0:kind=chain")]
    [InlineData("arithmetic:steps=9:kind=chain", "arithmetic:kind=chain:steps=9")]
    public void Parameters_follow_a_name_and_the_task_names_those_that_are_not_usual(string written, string name)
    {
        var task = TaskList.Find(written);
        Assert.Equal(name, task.Name);
        Assert.Equal(name, TaskList.Find(task.Name).Name);
        Assert.True(task.IsCorrect(task.Make(new TaskRandom(1, 0, 0)), TaskExamples.Response(TaskList.Find(Clean(written)).Make(new TaskRandom(1, 0, 0)))));
    }

    [Theory]
    [InlineData("permutation-walk:k=27", "k is '27': it must be a whole number from 2 to 26")]
    [InlineData("permutation-walk:m=0", "m is '0': it must be a whole number from 1 to 99")]
    [InlineData("permutation-walk:noise=2", "noise is '2': it must be a number from 0 to 1")]
    [InlineData("permutation-walk:steps=2", "there is no parameter 'steps': it has k, m, noise, late, check")]
    [InlineData("permutation-walk:check=some", "check is 'some': use one of end, all")]
    [InlineData("permutation-walk:k", "'k' must be KEY=VALUE")]
    [InlineData("permutation-walk:k=3:k=4", "'k=4' must be KEY=VALUE, with each key once")]
    [InlineData("arithmetic:kind=sum", "kind is 'sum': use one of word-problem, chain, expression")]
    [InlineData("arithmetic:kind=chain:steps=0", "steps is '0': it must be a whole number from 1 to 64")]
    [InlineData("arithmetic:kind=expression:steps=3", "there is no parameter 'steps': it has hard, kind")]
    [InlineData("chat:n=1", "there is no parameter 'n': it has none")]
    [InlineData("walk:n=1", "task 'walk' does not exist")]
    public void A_parameter_that_cannot_be_is_refused_by_name(string written, string why)
    {
        var failure = Assert.Throws<LlmEfficiencyException>(() => TaskList.Find(written));
        Assert.Equal(ErrorKind.Configuration, failure.Kind);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    // Noise spoils the references on purpose.
    private static string Clean(string written) =>
        string.Join(':', written.Split(':').Where(part => !part.StartsWith("noise", StringComparison.Ordinal)));
}
