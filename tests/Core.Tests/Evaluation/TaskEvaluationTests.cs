using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Evaluation;

public sealed class TaskEvaluationTests
{
    private const int Count = 12;
    private const int End = 256;

    private static readonly ITokenizer Tokenizer = ByteTokenizer.Create("<|end|>");

    private static readonly ChatTemplate Template = ChatTemplate.Parse(
        "test",
        "{% for m in messages %}{{ m.role }}: {{ m.content }}<|end|>{% endfor %}"
            + "{% if add_generation_prompt %}assistant: {% endif %}",
        "",
        "<|end|>");

    [Theory]
    [InlineData("arithmetic")]
    [InlineData("copy-edit")]
    [InlineData("chat")]
    [InlineData("mixed")]
    public void A_model_that_gives_the_reference_is_right_and_one_that_does_not_end_is_wrong(string name)
    {
        var set = new TaskSet(TaskList.Find(name), 5, TaskSplit.HeldOut);
        var right = Run(set, index => Reference(set, index) + "<|end|>");
        Assert.Equal((name, "acc", 1.0, Count), (right[0].Task, right[0].Metric, right[0].Value, right[0].Count));
        Assert.Equal(0, Run(set, index => Reference(set, index) + new string('.', 2000))[0].Value);
        Assert.Equal(0, Run(set, _ => "no idea<|end|>")[0].Value);
        Assert.Equal(0.5, Run(set, index => index % 2 == 0 ? Reference(set, index) + "<|end|>" : "no<|end|>")[0].Value);
    }

    [Fact]
    public void Kinds_add_up_to_the_whole()
    {
        var set = new TaskSet(TaskList.Find("arithmetic"), 5, TaskSplit.HeldOut);
        var results = Run(set, index => index % 3 == 0 ? Reference(set, index) + "<|end|>" : "no<|end|>");
        Assert.True(results.Count > 2);
        Assert.Equal(Count, results.Skip(1).Sum(result => result.Count));
        Assert.Equal(results[0].Value * Count, results.Skip(1).Sum(result => result.Value * result.Count), 1e-9);
    }

    [Fact]
    public void Stories_are_decided_by_the_likelihood_of_their_endings()
    {
        var set = new TaskSet(TaskList.Find("stories"), 5, TaskSplit.HeldOut);
        TaskExample[] stories =
        [
            .. Enumerable.Range(0, 10 * Count).Select(index => set[index]).Where(story => story.Choices is not null)
                .Take(Count),
        ];
        Assert.Equal(1, Follow([.. stories.Select(story => story.Text!)])[0].Value);
        Assert.Equal(0, Follow([.. stories.Select(story => story.Context + Wrong(story))])[0].Value);

        static string Wrong(TaskExample story) => story.Choices![(story.Correct + 1) % story.Choices.Count];

        // The engine knows each story by its beginning and expects it to go on as given.
        IReadOnlyList<EvaluationResult> Follow(string[] texts)
        {
            int[][] known = [.. texts.Select(text => PromptEncoder.Encode(Tokenizer, text).ToArray())];
            using var engine = new ScriptedEngine(End + 1, seen =>
                known.FirstOrDefault(
                    ids => ids.Length > seen.Count && seen.SequenceEqual(ids.Take(seen.Count)))?[seen.Count] ?? 0);
            return new TaskEvaluation(
                new EvaluatedModel("m", engine, Tokenizer, null), new GenerationAccuracySettings())
                .Run(set, Count, cancellation: TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void A_model_that_cannot_chat_is_told_so()
    {
        using var engine = new ScriptedEngine(End + 1, _ => End);
        var evaluation = new TaskEvaluation(
            new EvaluatedModel("raw", engine, Tokenizer, null), new GenerationAccuracySettings());
        var problem = Assert.Throws<LlmEfficiencyException>(() => evaluation.Run(
            new TaskSet(TaskList.Find("chat"), 5, TaskSplit.HeldOut),
            2,
            cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("raw: has no chat template", problem.Message, StringComparison.Ordinal);
    }

    private static string Reference(TaskSet set, int index) => set[index].Messages![^1].Content!;

    private static IReadOnlyList<EvaluationResult> Run(TaskSet set, Func<int, string> answer)
    {
        // The script finds the example by its prompt and writes the answer byte by byte.
        var specials = SpecialTokenHandling.AsToken;
        var prompts = Enumerable.Range(0, Count).Select(index => Core.Chat.ChatPrompt.Encode(
            Template, Tokenizer, new ChatRequest([.. set[index].Messages!.SkipLast(1)])).ToArray()).ToArray();
        var answers = Enumerable.Range(0, Count).Select(index => Tokenizer.Encode(answer(index), specials).ToArray())
            .ToArray();
        using var engine = new ScriptedEngine(End + 1, seen =>
        {
            var index = Array.FindIndex(
                prompts, ids => ids.Length <= seen.Count && ids.SequenceEqual(seen.Take(ids.Length)));
            return index < 0 ? 0
                : answers[index][Math.Min(seen.Count - prompts[index].Length, answers[index].Length - 1)];
        });
        var settings = new GenerationAccuracySettings { MaxTokens = 600, Batch = 5 };
        return new TaskEvaluation(new EvaluatedModel("m", engine, Tokenizer, Template), settings)
            .Run(set, Count, cancellation: TestContext.Current.CancellationToken);
    }
}
