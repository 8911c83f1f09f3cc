using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.SamDecoding.Bench;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Bench;

public sealed class BenchSelectionTests
{
    [Theory]
    [InlineData(new string[0], null, new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(new[] { "writing" }, null, new[] { 1, 4 })]
    [InlineData(new[] { "mt_bench" }, null, new[] { 1, 2, 4 })]
    [InlineData(new[] { "mt_bench" }, 2, new[] { 1, 2 })]
    [InlineData(new[] { "qa", "math" }, null, new[] { 2, 3, 5, 6 })]
    [InlineData(new string[0], 1, new[] { 1, 3 })]
    public void Categories_and_tasks_are_chosen_and_evenly_thinned(string[] categories, int? limit, int[] ids)
    {
        using var folder = new BenchFolderOfTests();
        var selection = new BenchSelection { Categories = categories, Limit = limit };
        Assert.Equal(ids, selection.Read(folder.Questions).Select(question => question.Question.Id));
        Assert.Equal(ids, selection.Read(folder.Questions, folder.Trace).Select(question => question.Recorded!.Id));
    }

    [Fact]
    public void Tasks_ask_what_their_held_out_conversations_ask()
    {
        TaskSet[] sets = [Held("copy-edit"), Held("stories")];
        var questions = new BenchSelection { Limit = 7 }.Make(sets);
        Assert.Equal(Enumerable.Range(1, 14), questions.Select(question => question.Question.Id));
        Assert.Equal(Enumerable.Repeat("copy-edit", 7).Concat(Enumerable.Repeat("stories", 7)), questions.Select(question => question.Question.Task));
        Assert.Equal(sets[0][2].Messages![0].Content, questions[2].Question.Turns[0]);
        Assert.Equal(14, questions.Select(question => question.Question.Turns[0]).Distinct().Count());
        var texts = new TaskSet(new TextTask(), 3, TaskSplit.HeldOut);
        Assert.Contains("of texts only 0 are", Assert.Throws<LlmEfficiencyException>(() => new BenchSelection().Make([texts])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"question_id":1,"category":"qa"}""", "line 1: turns is missing")]
    [InlineData("""{"question_id":1,"turns":["a"]}""", "line 1: category is missing")]
    [InlineData("""{"category":"qa","turns":["a"]}""", "line 1: question_id is missing")]
    [InlineData("""{"question_id":1,"category":"qa","turns":[]}""", "line 1: turns is empty")]
    [InlineData("{\"question_id\":1,\"category\":\"a\",\"turns\":[\"a\"]}\n{\"question_id\":1,\"category\":\"a\",\"turns\":[\"a\"]}", "question 1 is there twice")]
    [InlineData("", "holds no question")]
    public void A_file_of_another_form_is_refused(string text, string problem)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("q.jsonl"), text);
        var error = Assert.Throws<LlmEfficiencyException>(() => new BenchSelection().Read(folder.File("q.jsonl")));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_category_is_refused_with_the_known_ones()
    {
        using var folder = new BenchFolderOfTests();
        var error = Assert.Throws<LlmEfficiencyException>(() => new BenchSelection { Categories = ["poetry"] }.Read(folder.Questions));
        Assert.EndsWith("has no 'poetry': choose of math, mt_bench, qa, writing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_tokens_of_another_tokenizer_are_refused()
    {
        using var folder = new BenchFolderOfTests();
        File.WriteAllText(folder.Trace, """{"question_id":1,"choices":[{"turns":["ab"],"token_ids":[[97,99]]}]}""");
        var question = new BenchSelection().Read(folder.Questions, folder.Trace)[0];
        var error = Assert.Throws<LlmEfficiencyException>(() => question.Follows(0, folder.Tokenizer));
        Assert.Contains("do not spell its text", error.Message, StringComparison.Ordinal);
    }

    private static TaskSet Held(string task) => new(TaskList.Find(task), 3, TaskSplit.HeldOut);

    private sealed class TextTask : ITask
    {
        public string Name => "texts";

        public TaskExample Make(TaskRandom random)
        {
            var key = $"{random.Next(int.MaxValue)}";
            return new TaskExample { Text = key, Key = key, Answer = key, Kind = "text" };
        }

        public bool IsCorrect(TaskExample example, string response) => false;
    }
}
