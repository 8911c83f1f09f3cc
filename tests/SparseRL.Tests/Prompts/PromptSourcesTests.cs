using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Training;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Prompts;

public sealed class PromptSourcesTests
{
    private static readonly ITokenizer Bytes =
        new TrainedBpe(new BpeTrainingSettings { VocabularySize = 258, Specials = ["<s>", "<e>"], EndOfSequence = "<e>" }, []).ToTokenizer();

    private static readonly ChatTemplate Template = ChatTemplate.Parse(
        "test", "{% for m in messages %}<s>{{ m.role }}:{{ m.content }}<e>{% endfor %}{% if add_generation_prompt %}<s>{% endif %}", "", "<e>");

    [Fact]
    public void A_walk_is_asked_in_eighteen_tokens_without_its_answer()
    {
        var (tokenizer, template) = Walk();
        var source = new PromptSources(tokenizer, template).Open(new PromptSettings { Task = "permutation-walk", Count = 50, Seed = 3 });
        Assert.Equal(50, source.Count);
        var set = new TaskSet(TaskList.Find("permutation-walk"), 3, TaskSplit.Train);
        for (var index = 0; index < 50; index++)
        {
            var prompt = source[index];
            Assert.Equal(18, prompt.Ids.Count);
            Assert.Equal(tokenizer.Encode(prompt.Question), prompt.Ids);
            Assert.Equal(set[index].Messages![0].Content, prompt.Question);
            Assert.Equal(set[index].Answer, prompt.Reference);
            Assert.Equal(TaskSplit.Train, TaskSet.SplitOf(prompt.Example!.Key));
            Assert.Equal(72, tokenizer.Encode(prompt.Example.Messages![1].Content!).Count);
        }
    }

    [Fact]
    public void The_held_out_side_is_another_with_another_fingerprint()
    {
        var (tokenizer, template) = Walk();
        var sources = new PromptSources(tokenizer, template);
        var settings = new PromptSettings { Task = "permutation-walk", Count = 20 };
        var heldOut = sources.Open(settings with { HeldOut = true });
        Assert.All(Enumerable.Range(0, 20), index => Assert.Equal(TaskSplit.HeldOut, TaskSet.SplitOf(heldOut[index].Example!.Key)));
        Assert.Equal(sources.Open(settings).Fingerprint, sources.Open(settings).Fingerprint);
        Assert.NotEqual(sources.Open(settings).Fingerprint, heldOut.Fingerprint);
        Assert.NotEqual(sources.Open(settings).Fingerprint, sources.Open(settings with { Seed = 2 }).Fingerprint);
    }

    [Fact]
    public void Questions_of_a_file_go_through_the_template_with_the_instruction()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("questions.jsonl");
        File.WriteAllText(
            path,
            """
            {"question": "3 + 4?", "answer": "It is 3 + 4.\n#### 7"}

            {"problem": "Half?", "solution": "So it is \\boxed{\\frac{1}{2}}."}
            {"prompt": "<s>x<e>", "label": 118}
            """);
        var sources = new PromptSources(Bytes, Template);
        var source = sources.Open(new PromptSettings { Path = path });
        Assert.Equal(["7", "\\frac{1}{2}", "118"], Enumerable.Range(0, 3).Select(index => source[index].Reference));
        var begin = Bytes.Vocabulary.Specials["<s>"];
        var end = Bytes.Vocabulary.Specials["<e>"];
        Assert.Equal([begin, .. Bytes.Encode($"user:3 + 4?\n{PromptSettings.MathInstruction}"), end, begin], source[0].Ids);
        Assert.Equal([begin, .. Bytes.Encode($"user:<s>x<e>\n{PromptSettings.MathInstruction}"), end, begin], source[2].Ids);
        var plain = sources.Open(new PromptSettings { Path = path, Instruction = null, System = "Be brief." });
        Assert.Equal([begin, .. Bytes.Encode("system:Be brief."), end, begin, .. Bytes.Encode("user:3 + 4?"), end, begin], plain[0].Ids);
        Assert.Equal([begin, 'x', end], sources.Open(new PromptSettings { Path = path, IsRendered = true })[2].Ids);
    }

    [Fact]
    public void Members_may_have_names_of_their_own()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("questions.jsonl");
        File.WriteAllText(path, """{"question": "no", "q": "yes", "answer": "1", "a": "2"}""");
        var sources = new PromptSources(Bytes, Template);
        var prompt = sources.Open(new PromptSettings { Path = path, QuestionField = "q", AnswerField = "a" })[0];
        Assert.Equal(("yes", "2"), (prompt.Question, prompt.Reference));
        var failure = Assert.Throws<LlmEfficiencyException>(() => sources.Open(new PromptSettings { Path = path, AnswerField = "b" }));
        Assert.Contains("line 1: has no answer: name it b", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_prompts_are_left_out_and_counted()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("questions.jsonl");
        File.WriteAllLines(path, [.. Enumerable.Range(1, 9).Select(length => $$"""{"question": "{{new string('a', length)}}", "answer": "{{length}}"}""")]);
        var sources = new PromptSources(Bytes, template: null);
        var settings = new PromptSettings { Path = path, Instruction = null, MaxTokens = 4 };
        var source = sources.Open(settings);
        Assert.Equal((4, 5), (source.Count, source.LeftOut));
        Assert.Equal("4", source[3].Reference);
        var failure = Assert.Throws<LlmEfficiencyException>(
            () => sources.Open(new PromptSettings { Path = path, MaxTokens = 4 }));
        Assert.Contains("all 9 prompts have more than 4 tokens or no answer: raise prompts.max_tokens", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_cannot_work_are_named()
    {
        Assert.Contains("prompts.task and prompts.path", Refused(new PromptSettings()), StringComparison.Ordinal);
        Assert.Contains("prompts.task and prompts.path", Refused(new PromptSettings { Task = "chat", Path = "x" }), StringComparison.Ordinal);
        Assert.Contains("prompts.count is 0", Refused(new PromptSettings { Task = "chat", Count = 0 }), StringComparison.Ordinal);
        Assert.Contains("prompts.max_tokens is 0", Refused(new PromptSettings { Task = "chat", MaxTokens = 0 }), StringComparison.Ordinal);
        Assert.Contains("task 'walk' does not exist", Refused(new PromptSettings { Task = "walk" }), StringComparison.Ordinal);
        Assert.Contains("is a text without a question", Refused(new PromptSettings { Task = "stories" }), StringComparison.Ordinal);
    }

    /// <summary>The whole files: 7,473 questions of GSM8K; 8,523 of MATH, two of them with an empty answer.</summary>
    [Theory]
    [InlineData("gsm8k/train.jsonl", 7473, 0, false)]
    [InlineData("math/eval/math500.jsonl", 500, 0, false)]
    [InlineData("math/sparse-rl/simplelr_qwen_level3to5.train.jsonl", 8521, 2, true)]
    public void Real_questions_are_read(string file, int count, int leftOut, bool isRendered)
    {
        var path = SharedData.Require(file);
        var source = new PromptSources(Bytes, Template).Open(new PromptSettings { Path = path, IsRendered = isRendered, MaxTokens = 10_000 });
        Assert.Equal((count, leftOut), (source.Count, source.LeftOut));
        Assert.All(Enumerable.Range(0, count), index => Assert.InRange(source[index].Reference.Length, 1, 200));
    }

    private static string Refused(PromptSettings settings) =>
        Assert.Throws<LlmEfficiencyException>(() => new PromptSources(Bytes, Template).Open(settings)).Message;

    private static (ITokenizer Tokenizer, ChatTemplate Template) Walk() => (
        SymbolTokenizer.Make(((ISymbolTask)TaskList.Find("permutation-walk")).Symbols),
        ChatTemplate.Parse("symbols", SymbolTokenizer.Template, "", SymbolTokenizer.End));
}
