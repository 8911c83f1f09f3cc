using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Templates;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class TaskSetTests
{
    public static TheoryData<string> Names { get; } = [.. TaskList.All.Select(task => task.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_number_gives_the_same_example_in_any_order_and_on_any_thread(string name)
    {
        const int Count = 60;
        foreach (var split in Enum.GetValues<TaskSplit>())
        {
            var set = new TaskSet(TaskList.Find(name), 5, split);
            var inOrder = Enumerable.Range(0, Count).Select(index => TaskExamples.Whole(set[index])).ToArray();
            var other = new TaskSet(TaskList.Find(name), 5, split);
            var atOnce = new string[Count];
            Parallel.For(0, Count, index => atOnce[Count - 1 - index] = TaskExamples.Whole(other[Count - 1 - index]));
            Assert.Equal(inOrder, atOnce);
        }
    }

    /// <summary>Four thousand of each of the five tasks.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_two_splits_share_no_content(string name)
    {
        var task = TaskList.Find(name);
        var learnt = new HashSet<string>();
        foreach (var example in TaskExamples.Of(task, 3750))
        {
            learnt.UnionWith([example.Key, TaskExamples.Given(example), TaskExamples.Whole(example)]);
        }

        foreach (var example in TaskExamples.Of(task, 250, TaskSplit.HeldOut))
        {
            Assert.Equal(TaskSplit.HeldOut, TaskSet.SplitOf(example.Key));
            Assert.DoesNotContain(example.Key, learnt);
            Assert.DoesNotContain(TaskExamples.Given(example), learnt);
        }
    }

    [Fact]
    public void No_exchange_inside_a_training_conversation_is_held_out_elsewhere()
    {
        string[] single = ["arithmetic", "copy-edit", "chat"];
        var heldOut = single
            .SelectMany(name => TaskExamples.Of(TaskList.Find(name), 600, TaskSplit.HeldOut))
            .Where(example => example.Messages!.Count == 2)
            .Select(TaskExamples.Prompt).ToHashSet();
        string[] mixing = ["mixed", "chat"];
        var learnt = mixing.SelectMany(name => TaskExamples.Of(TaskList.Find(name), 2000))
            .SelectMany(example => example.Messages!)
            .Where(message => message.Role == "user").Select(message => message.Content!);
        Assert.DoesNotContain(learnt, heldOut.Contains);
    }

    [Fact]
    public void One_key_in_sixteen_is_held_out()
    {
        var heldOut = Enumerable.Range(0, 16_000).Count(key => TaskSet.SplitOf($"key {key}") == TaskSplit.HeldOut);

        // A thousand, standard deviation 31: five of them on either side.
        Assert.InRange(heldOut, 847, 1153);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_seed_gives_other_examples(string name)
    {
        var first = new TaskSet(TaskList.Find(name), 1, TaskSplit.Train);
        var second = new TaskSet(TaskList.Find(name), 2, TaskSplit.Train);
        Assert.NotEqual(
            Enumerable.Range(0, 10).Select(index => TaskExamples.Whole(first[index])),
            Enumerable.Range(0, 10).Select(index => TaskExamples.Whole(second[index])));
    }

    [Theory]
    [InlineData("stories", 1.0, 150)]
    [InlineData("arithmetic", 0.99, 150)]
    [InlineData("copy-edit", 1.0, 40)]
    [InlineData("chat", 0.85, 150)]
    [InlineData("mixed", 0.95, 150)]
    public void Examples_are_many_and_varied(string name, double distinctShare, int openings)
    {
        var given = TaskExamples.Of(TaskList.Find(name), 1500).Select(TaskExamples.Given).ToList();
        Assert.InRange(given.Distinct().Count(), distinctShare * given.Count, given.Count);
        var starts = given.Select(text => string.Join(' ', text.Split(' ').Take(6))).Distinct();
        Assert.InRange(starts.Count(), openings, given.Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void References_are_correct_and_conversations_well_formed(string name)
    {
        var task = TaskList.Find(name);
        foreach (var example in TaskExamples.Of(task, 500))
        {
            Assert.True(example.Messages is null != example.Text is null);
            var reference = example.Choices is { } choices ? choices[example.Correct] : TaskExamples.Response(example);
            Assert.True(task.IsCorrect(example, reference));
            Assert.True(task.IsCorrect(example, reference + "\n"));
            Assert.False(task.IsCorrect(example, ""));
            AssertAlternates(example.Messages);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Examples_are_plain_and_clean(string name)
    {
        foreach (var example in TaskExamples.Of(TaskList.Find(name), 500))
        {
            var texts = example.Messages?.Select(message => message.Content!).ToList() ?? [example.Text!];
            Assert.All(texts, text =>
            {
                Assert.Equal(text.Trim(), text);
                Assert.All(text, letter => Assert.True(letter is '\n' or (>= ' ' and <= '~')));
                Assert.DoesNotContain("{0}", text, StringComparison.Ordinal);
                Assert.DoesNotContain("<|", text, StringComparison.Ordinal);
            });
        }
    }

    [Fact]
    public void A_task_that_never_reaches_a_split_says_so()
    {
        var set = new TaskSet(new OneExample(), 1, TaskSplit.HeldOut);
        var failure = Assert.Throws<LlmEfficiencyException>(() => set[0]);
        Assert.Equal(ErrorKind.Configuration, failure.Kind);
        Assert.Contains("one-example", failure.Message, StringComparison.Ordinal);
        Assert.Equal("a", new TaskSet(new OneExample(), 1, TaskSplit.Train)[0].Key);
    }

    private static void AssertAlternates(IReadOnlyList<ChatMessage>? messages)
    {
        var spoken = messages?.SkipWhile(message => message.Role == "system").ToList() ?? [];
        Assert.Equal(0, spoken.Count % 2);
        for (var index = 0; index < spoken.Count; index++)
        {
            Assert.Equal(index % 2 == 0 ? "user" : "assistant", spoken[index].Role);
        }
    }

    private sealed class OneExample : ITask
    {
        public string Name => "one-example";

        public TaskExample Make(TaskRandom random) => new() { Key = "a", Answer = "a", Kind = "a", Text = "a" };

        public bool IsCorrect(TaskExample example, string response) => false;
    }
}
