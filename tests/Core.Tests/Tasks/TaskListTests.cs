using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class TaskListTests
{
    [Fact]
    public void Finds_every_task_by_its_name()
    {
        Assert.Equal(["stories", "arithmetic", "copy-edit", "chat", "mixed"], TaskList.All.Select(task => task.Name));
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
}
