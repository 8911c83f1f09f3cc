using LlmEfficiency.Core.Tasks;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class MixedConversationTests
{
    private static readonly Lazy<List<TaskExample>> Examples =
        new(() => TaskExamples.Of(new MixedConversation(), 1500).ToList());

    [Fact]
    public void Conversations_have_several_exchanges_and_fit_a_thousand_tokens()
    {
        Assert.All(Examples.Value, example =>
        {
            Assert.InRange(example.Messages!.Count, 4, 2 * 5 * 3);
            Assert.DoesNotContain(example.Messages, message => message.Role == "system");
            Assert.InRange(example.Messages.Sum(message => TaskExamples.Tokens(message.Content!)), 20, 1200);
        });
        Assert.Contains(Examples.Value, example => example.Messages!.Count >= 10);
    }

    [Fact]
    public void Every_task_ends_some_conversation()
    {
        var last = Examples.Value.Select(example => example.Kind.Split(':')[0]).Distinct();
        Assert.Equal(["arithmetic", "chat", "copy-edit", "stories"], last.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_last_exchange_is_judged_by_its_own_task()
    {
        var task = new MixedConversation();
        foreach (var example in Examples.Value)
        {
            var response = TaskExamples.Response(example);
            var isCalculation = example.Kind.StartsWith("arithmetic:", StringComparison.Ordinal);
            Assert.Equal(isCalculation, task.IsCorrect(example, $"The answer is {example.Answer}."));
            Assert.Equal(
                isCalculation || example.Kind.StartsWith("stories:", StringComparison.Ordinal),
                task.IsCorrect(example, "Well. " + response));
        }
    }
}
