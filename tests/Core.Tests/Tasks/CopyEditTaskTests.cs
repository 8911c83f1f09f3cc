using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Tasks.Editing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

/// <summary>Works every edit out a second time, from the words of the prompt.</summary>
public sealed class CopyEditTaskTests
{
    private const int Count = 3000;

    private static readonly Lazy<ILookup<string, TaskExample>> ByKind =
        new(() => TaskExamples.Of(new CopyEditTask(), Count).ToLookup(example => example.Kind));

    [Fact]
    public void All_subtasks_occur()
    {
        Assert.Equal(
            [
                "code-constant", "code-operator", "code-rename", "extract-sentences", "find-paragraph",
                "first-sentences",
                "json-rename", "repeat", "replace-word",
            ],
            ByKind.Value.Select(kind => kind.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_renamed_record_parses_to_the_record_with_one_other_name()
    {
        foreach (var (instruction, material, example) in Parts("json-rename"))
        {
            var names = Found("\"([^\"]+)\"", instruction);
            var expected = Renamed(JsonNode.Parse(material)!.AsObject(), names[0], names[1]);
            Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(example.Answer)));
            Assert.InRange(JsonDocument.Parse(material).RootElement.EnumerateObject().Count(), 2, 8);
            Assert.Equal(Shape(material, names), Shape(example.Answer, names));
        }
    }

    [Fact]
    public void A_renamed_variable_is_renamed_everywhere_and_nothing_else_is()
    {
        const string Wordings =
            @"(?:variable name|[Rr]ename the variable|[Rr]ename) (?<old>\w+) to (?<new>\w+)"
            + @"|name (?<new>\w+) instead of (?<old>\w+)";
        foreach (var (instruction, material, example) in Parts("code-rename"))
        {
            var words = TaskExamples.Pattern(Wordings).Match(instruction);
            Assert.Equal(Whole(words.Groups["old"].Value).Replace(material, words.Groups["new"].Value), example.Answer);
            Assert.DoesNotMatch($@"\b{words.Groups["new"]}\b", material);
        }
    }

    [Fact]
    public void A_constant_is_changed_everywhere_it_stands()
    {
        foreach (var (instruction, material, example) in Parts("code-constant"))
        {
            var (old, added) = Ordered(instruction, Found(@"(\d+)", instruction));
            Assert.Equal(Whole(old).Replace(material, added), example.Answer);
        }
    }

    [Fact]
    public void An_operator_is_changed_everywhere_it_stands()
    {
        foreach (var (instruction, material, example) in Parts("code-operator"))
        {
            var signs = Found(" ([-+*/%<>=!]=?)(?= )", instruction);
            if (signs.Count == 1)
            {
                signs.Add(instruction.Split(' ')[^1]);
            }

            var (old, added) = Ordered(instruction, signs);
            var expected = string.Join('\n', material.Split('\n').Select(line =>
                string.Join(' ', line.Split(' ').Select(word => word == old ? added : word))));
            Assert.Equal(expected, example.Answer);
        }
    }

    [Fact]
    public void Extracted_sentences_are_those_with_the_name()
    {
        foreach (var (instruction, material, example) in Parts("extract-sentences"))
        {
            var name = Assert.Single(Found(@"(?:mention|about|name|with) ([A-Z]\w+)", instruction));
            var sentences = TaskExamples.Pattern(@"(?<=\.) ").Split(material);
            Assert.Equal(string.Join(' ', sentences.Where(sentence => Whole(name).IsMatch(sentence))), example.Answer);
        }
    }

    [Fact]
    public void First_sentences_are_one_a_paragraph()
    {
        foreach (var (_, material, example) in Parts("first-sentences"))
        {
            var firsts = material.Split("\n\n").Select(paragraph => paragraph.Split('.')[0] + ".");
            Assert.Equal(string.Join('\n', firsts), example.Answer);
        }
    }

    [Fact]
    public void A_found_paragraph_is_the_only_one_with_the_word()
    {
        foreach (var (instruction, material, example) in Parts("find-paragraph"))
        {
            var word = Assert.Single(Found(@"(?:the word|mentions|in which) (\w+)", instruction));
            var paragraph = Assert.Single(material.Split("\n\n"), paragraph => Whole(word).IsMatch(paragraph));
            Assert.Equal(paragraph, example.Answer);
        }
    }

    [Fact]
    public void A_replaced_word_is_replaced_everywhere()
    {
        const string Wordings =
            @"(?:[Rr]eplace the word|[Rr]eplace|every) (?<old>\w+) (?:with|by|to) (?<new>\w+)"
            + @"|Write (?<new>\w+) instead of (?<old>\w+)";
        foreach (var (instruction, material, example) in Parts("replace-word"))
        {
            var words = TaskExamples.Pattern(Wordings).Match(instruction);
            Assert.Equal(Whole(words.Groups["old"].Value).Replace(material, words.Groups["new"].Value), example.Answer);
            Assert.InRange(Whole(words.Groups["old"].Value).Count(material), 2, 6);
        }
    }

    [Fact]
    public void A_repeated_text_follows_its_prefix()
    {
        foreach (var (instruction, material, example) in Parts("repeat"))
        {
            Assert.Equal($"{instruction.Split('"')[1]} {material}", example.Answer);
        }
    }

    [Fact]
    public void Answers_have_30_to_200_tokens_and_differ_from_the_material()
    {
        foreach (var (_, material, example) in ByKind.Value.SelectMany(kind => Parts(kind.Key)))
        {
            Assert.InRange(TaskExamples.Tokens(example.Answer), 30, 200);
            Assert.NotEqual(material, example.Answer);
        }
    }

    [Fact]
    public void One_other_character_is_wrong()
    {
        var task = new CopyEditTask();
        foreach (var example in TaskExamples.Of(task, 300))
        {
            var at = new TaskRandom(1, example.Answer.Length, 0).Next(example.Answer.Length - 1);
            Assert.False(task.IsCorrect(example, example.Answer.Remove(at, 1)));
            Assert.False(task.IsCorrect(example, example.Answer.Insert(at, "q")));
            Assert.False(task.IsCorrect(example, " " + example.Answer));
            Assert.True(task.IsCorrect(example, example.Answer + " \n"));
        }
    }

    private static IEnumerable<(string Instruction, string Material, TaskExample Example)> Parts(string kind) =>
        ByKind.Value[kind].Select(example =>
        {
            var parts = TaskExamples.Prompt(example).Split(":\n", 2);
            return (parts[0], parts[1], example);
        });

    private static JsonObject Renamed(JsonObject record, string old, string added)
    {
        var renamed = new JsonObject();
        foreach (var (name, value) in record)
        {
            renamed[name == old ? added : name] =
                value is JsonObject inner ? Renamed(inner, old, added) : value?.DeepClone();
        }

        return renamed;
    }

    /// <summary>The text without the two names: layout and everything else.</summary>
    private static string Shape(string text, List<string> names) => names.Aggregate(
        text, (shape, name) => shape.Replace($"\"{name}\":", "?", StringComparison.Ordinal));

    /// <summary>What the pattern's only group holds, wherever it matches.</summary>
    private static List<string> Found(string pattern, string text) =>
        TaskExamples.Pattern(pattern).Matches(text).Select(match => match.Groups[1].Value).ToList();

    private static Regex Whole(string word) => TaskExamples.Pattern($@"\b{word}\b");

    /// <summary>Old and new: "instead of" names the new one first.</summary>
    private static (string Old, string Added) Ordered(string instruction, List<string> pair) =>
        instruction.Contains("instead of", StringComparison.Ordinal) ? (pair[1], pair[0]) : (pair[0], pair[1]);
}
