using System.Text;
using LlmEfficiency.Core.Data.Reading;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Evaluation;

public sealed class QuestionFileTests
{
    [Theory]
    [InlineData("""{"question":"q","choices":["a","b","c"],"answer":2}""", 2)]
    [InlineData("""{"question":"q","choices":["a","b","c"],"answer":"B"}""", 1)]
    [InlineData("""{"question":"q","choices":["red","blue"],"answer":"blue"}""", 1)]
    [InlineData("""{"question":"q","choices":{"text":["x","y"],"label":["1","2"]},"answerKey":"1"}""", 0)]
    [InlineData("""{"ctx":"q","endings":["x","y","z","w"],"label":"3"}""", 3)]
    [InlineData("""{"goal":"q","sol1":"x","sol2":"y","label":1}""", 1)]
    public void Choices_of_all_common_forms_are_read(string line, int correct)
    {
        var question = Assert.Single(Read(line));
        Assert.Equal(("q", correct), (question.Text, question.Correct));
        Assert.True(question.Choices!.Count >= 2);
        Assert.Equal(!line.Contains("ctx", StringComparison.Ordinal), question.IsQuestion);
    }

    [Theory]
    [InlineData("""{"question":"q","answer":"so 1+1=2\n#### 2"}""", "2")]
    [InlineData("""{"problem":"q","answer":"\\frac12"}""", "\\frac12")]
    [InlineData("""{"prompt":"q","target":4.0}""", "4.0")]
    public void Free_answers_of_all_common_forms_are_read(string line, string answer)
    {
        var question = Assert.Single(Read($"\n{line}\n\n"));
        Assert.Equal(("q", answer), (question.Text, question.Answer));
        Assert.Null(question.Choices);
    }

    [Theory]
    [InlineData("""{"answer":"a"}""", "no question")]
    [InlineData("""{"question":"q"}""", "no answer")]
    [InlineData("""{"question":"q","choices":["a","b"],"answer":2}""", "'2'")]
    [InlineData("""{"question":"q","choices":["a","b"],"answer":"Z"}""", "'Z'")]
    [InlineData("""{"question":"q","choices":["a"],"answer":0}""", "1 choices")]
    [InlineData("""[1]""", "line 1")]
    [InlineData("", "no question")]
    public void What_is_no_question_is_named(string line, string problem)
    {
        var failure = Assert.ThrowsAny<LlmEfficiencyException>(() => Read(line));
        Assert.Equal(ErrorKind.Input, failure.Kind);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_benchmarks_beside_the_project_are_read()
    {
        Assert.Equal(50, QuestionFile.Read(SharedData.Require("gsm8k/test.jsonl"), 50).Count);
        Assert.Equal(500, QuestionFile.Read(SharedData.Require("math/eval/math500.jsonl")).Count);
        var problems = QuestionFile.Read(SharedData.Require("math/eval/svamp.jsonl"), 20);
        Assert.All(problems, question => Assert.Contains('?', question.Text));
    }

    [Fact]
    public void A_model_is_measured_on_both_kinds_of_questions()
    {
        var tokenizer = ByteTokenizer.Create("<|end|>");
        var text = Encoding.UTF8.GetBytes("Question: What is half of one?\nAnswer: 0.5\n\nQuestion:")
            .Select(value => (int)value).ToArray();
        using var engine = new ScriptedEngine(257, seen => seen.Count < text.Length ? text[seen.Count] : 256);
        var evaluation = new QuestionEvaluation(
            new EvaluatedModel("m", engine, tokenizer, null), new GenerationAccuracySettings { MaxTokens = 20 });
        FileQuestion free = new("What is half of one?", true, "\\frac12", null, 0);
        var token = TestContext.Current.CancellationToken;
        Assert.Equal(1, Assert.Single(evaluation.Run("free", [free], cancellation: token)).Value);
        Assert.Equal(0, Assert.Single(evaluation.Run("free", [free with { Answer = "2" }], cancellation: token)).Value);
        FileQuestion choice = free with { Choices = ["0.4", "0.5"], Correct = 1 };
        Assert.Equal([1, 1, 1], evaluation.Run("choice", [choice], cancellation: token).Select(result => result.Value));
        Assert.Throws<LlmEfficiencyException>(() => evaluation.Run("both", [free, choice], cancellation: token));
    }

    [Fact]
    public void Rounded_references_need_a_tolerance_and_every_answer_can_be_kept()
    {
        var tokenizer = ByteTokenizer.Create("<|end|>");
        var text = Encoding.UTF8.GetBytes("Question: x?\nAnswer: 0.333\n\n").Select(value => (int)value).ToArray();
        using var engine = new ScriptedEngine(257, seen => seen.Count < text.Length ? text[seen.Count] : 256);
        using var stream = new MemoryStream();
        var settings = new GenerationAccuracySettings { MaxTokens = 20, Judged = new AnswerLog(stream).Of("file") };
        FileQuestion[] question = [new("x?", true, "1/3", null, 0)];
        Assert.Equal(0, Accuracy(settings));
        Assert.Equal(1, Accuracy(settings with { RelativeTolerance = 0.01 }));
        Assert.Throws<LlmEfficiencyException>(() => Accuracy(settings with { RelativeTolerance = -0.01 }));
        Assert.Equal(
            """
            {"task":"file","kind":"","question":0,"sample":0,"expected":"1/3","answer":" 0.333","is_right":false}
            {"task":"file","kind":"","question":0,"sample":0,"expected":"1/3","answer":" 0.333","is_right":true}

            """,
            Encoding.UTF8.GetString(stream.ToArray()));

        double Accuracy(GenerationAccuracySettings settings) =>
            new QuestionEvaluation(new EvaluatedModel("m", engine, tokenizer, null), settings)
                .Run("file", question, cancellation: TestContext.Current.CancellationToken)[0].Value;
    }

    private static IReadOnlyList<FileQuestion> Read(string text) =>
        QuestionFile.Read(new DataFile("test", new MemoryStream(Encoding.UTF8.GetBytes(text))));
}
