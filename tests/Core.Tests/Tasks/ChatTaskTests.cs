using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Tasks.Dialogue;
using LlmEfficiency.Core.Tasks.Words;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class ChatTaskTests
{
    private static readonly Lazy<ILookup<string, TaskExample>> ByKind =
        new(() => TaskExamples.Of(new ChatTask(), 3000).ToLookup(example => example.Kind));

    [Fact]
    public void A_greeting_says_the_name_of_the_prompt()
    {
        Assert.All(ByKind.Value["greet"].Concat(ByKind.Value["thanks"]), example =>
        {
            var prompt = TaskExamples.Prompt(example);
            var name = Assert.Single(Names.All, name => TaskExamples.Pattern($@"\b{name}\b").IsMatch(prompt));
            Assert.Contains($", {name}!", example.Answer, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_word_is_said_as_often_as_it_is_asked()
    {
        Assert.All(ByKind.Value["times"], example =>
        {
            var words = example.Answer.Split(' ');
            var number = TaskExamples.Prompt(example).Split(' ')[^2];
            var count = Array.IndexOf(["", "", "two", "three", "four", "five", "six"], number);
            Assert.Contains(Assert.Single(words.Distinct()), TaskExamples.Prompt(example), StringComparison.Ordinal);
            Assert.Equal(count, words.Length);
        });
    }

    [Fact]
    public void Days_follow_each_other_as_in_the_calendar()
    {
        Assert.All(ByKind.Value["day"], example =>
        {
            var prompt = TaskExamples.Prompt(example);
            var days = Enum.GetValues<DayOfWeek>();
            var day = Assert.Single(days, day => prompt.Contains($"{day}", StringComparison.Ordinal));
            var isBack = TaskExamples.Pattern("before|was yesterday").IsMatch(prompt);
            Assert.Equal($"It is {(DayOfWeek)(((int)day + (isBack ? 6 : 1)) % 7)}.", example.Answer);
        });
    }

    [Fact]
    public void A_list_has_the_first_words_one_a_line()
    {
        Assert.All(ByKind.Value["list"], example =>
        {
            var prompt = TaskExamples.Prompt(example);
            var given = prompt[(prompt.IndexOf(": ", StringComparison.Ordinal) + 2)..^1].Split(", ");
            var count = prompt.Contains(" two ", StringComparison.Ordinal) ? 2 : 3;
            Assert.Equal(given.Take(count), example.Answer.Split('\n').Select(line => line[2..]));
        });
    }

    [Fact]
    public void A_question_about_a_fact_is_answered_from_the_fact()
    {
        Assert.All(ByKind.Value["yes-no"], example =>
        {
            var colours = TaskExamples.Pattern($@"\b({string.Join('|', Things.Colours)})\b")
                .Matches(TaskExamples.Prompt(example));
            var isTrue = colours[0].Value == colours[1].Value;
            Assert.StartsWith(isTrue ? "Yes, " : "No, ", example.Answer, StringComparison.Ordinal);
            Assert.EndsWith($" is {colours[0].Value}.", example.Answer, StringComparison.Ordinal);
        });
        Assert.All(ByKind.Value["recall"], example =>
        {
            var facts = TaskExamples.Pattern(@"(?<who>\w+) left the (?<what>\w+) (?<where>[^.]+)\.")
                .Matches(TaskExamples.Prompt(example));
            var question = TaskExamples.Prompt(example).Split(". ")[^1];
            var fact = Assert.Single(facts, fact => TaskExamples
                .Pattern($@"\b({fact.Groups["who"]}|{fact.Groups["what"]})\b").IsMatch(question));
            var expected = question.StartsWith("Where", StringComparison.Ordinal)
                ? $"The {fact.Groups["what"]} is {fact.Groups["where"]}."
                : $"{fact.Groups["who"]} left the {fact.Groups["what"]}.";
            Assert.Equal(expected, example.Answer);
        });
    }

    [Fact]
    public void What_was_told_in_the_first_turn_is_known_in_the_last()
    {
        Assert.All(ByKind.Value["remember-name"], example =>
        {
            var name = example.Answer[13..^1];
            Assert.Contains(name, example.Messages![0].Content, StringComparison.Ordinal);
            Assert.DoesNotContain(name, TaskExamples.Prompt(example), StringComparison.Ordinal);
        });
        Assert.All(ByKind.Value["remember-thing"], example =>
            Assert.Contains(example.Answer[4..^1], example.Messages![0].Content, StringComparison.Ordinal));
        Assert.Contains(ByKind.Value["remember-name"], example => example.Messages!.Count == 6);
    }

    [Fact]
    public void Capital_letters_are_used_where_the_system_message_asks_for_them()
    {
        Assert.All(ByKind.Value["capitals"], example =>
        {
            Assert.Equal("system", example.Messages![0].Role);
            Assert.DoesNotMatch("[a-z]", example.Answer);
        });
    }

    [Fact]
    public void One_other_character_is_wrong()
    {
        var task = new ChatTask();
        Assert.All(TaskExamples.Of(task, 500), example =>
        {
            Assert.False(task.IsCorrect(example, example.Answer + " Bye."));
            Assert.False(task.IsCorrect(example, example.Answer[1..]));
            Assert.False(task.IsCorrect(example, example.Answer[..^1]));
        });
    }
}
