using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Evaluation;

public sealed class GenerationAccuracyTests
{
    private static readonly GenerationQuestion[] Questions =
        [.. Enumerable.Range(0, 7).Select(id => new GenerationQuestion([id, id + 1], id % 2 == 0 ? "even" : "odd"))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Each_answer_is_judged_with_its_own_question_however_it_was_batched(int batch)
    {
        var generator = Generator();
        var wanted = Questions
            .Select(question => new GenerationRequest { Prompt = question.Prompt, MaxTokens = 5 })
            .Select(request => generator.Generate([request], cancellation: Token).Results[0].TokenIds)
            .ToArray();
        var accuracy = new GenerationAccuracy(
            generator, new GenerationAccuracySettings { MaxTokens = 5, Batch = batch });
        var seen = new List<int>();
        var shares = accuracy.Run(Questions, (index, answer) =>
        {
            seen.Add(index);
            Assert.Equal(Questions[index].Prompt, answer.Prompt);
            return answer.TokenIds.SequenceEqual(wanted[index]) && index != 4;
        }, cancellation: Token);
        Assert.Equal(Enumerable.Range(0, 7), seen);
        Assert.Equal([1, 1, 1, 1, 0, 1, 1], shares);
        var results = accuracy.Judge("task", Questions, shares);
        Assert.Equal(["task", "task/even", "task/odd"], results.Select(result => result.Task));
        Assert.Equal([6.0 / 7, 0.75, 1], results.Select(result => result.Value));
        Assert.Equal([7, 4, 3], results.Select(result => result.Count));
        Assert.All(results, result => Assert.Equal("acc", result.Metric));
    }

    [Fact]
    public void Samples_differ_repeat_under_their_seed_and_are_averaged()
    {
        var settings = new GenerationAccuracySettings
        {
            MaxTokens = 4,
            Samples = 6,
            Batch = 5,
            Sampling = new SamplingSettings { Seed = 2 },
        };
        var accuracy = new GenerationAccuracy(Generator(), settings);
        var first = Answers(accuracy);
        Assert.Equal(first, Answers(accuracy));
        Assert.True(first.Distinct().Count() > 30);
        var shares = accuracy.Run(
            Questions, (index, answer) => index < 3 && answer.TokenIds[0] < 15, cancellation: Token);
        var results = accuracy.Judge("task", Questions, shares);
        Assert.Equal("avg@6", results[0].Metric);
        Assert.Equal(shares.Average(), results[0].Value, 1e-12);
        Assert.Equal("pass@6", results[1].Metric);
        Assert.Equal(shares.Count(share => share > 0) / 7.0, results[1].Value, 1e-12);
        Assert.InRange(results[1].Value, results[0].Value, 3.0 / 7);
    }

    [Fact]
    public void Greedy_samples_and_no_tokens_are_refused()
    {
        Assert.Throws<LlmEfficiencyException>(() => new GenerationAccuracySettings { Samples = 2 }.Validate());
        Assert.Throws<LlmEfficiencyException>(() => new GenerationAccuracySettings { MaxTokens = 0 }.Validate());
        Assert.Throws<LlmEfficiencyException>(() => new GenerationAccuracySettings { Batch = 0 }.Validate());
    }

    [Fact]
    public void A_stopped_run_has_no_result()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var accuracy = new GenerationAccuracy(Generator(), new GenerationAccuracySettings());
        Assert.Throws<OperationCanceledException>(
            () => accuracy.Run(Questions, (_, _) => true, cancellation: source.Token));
    }

    private static AutoregressiveGenerator Generator() =>
        new(new HashLanguageModel(30), new TableTokenizer(
            Enumerable.Range(0, 30).Select(id => new[] { (byte)('a' + id) })));

    private static List<string> Answers(GenerationAccuracy accuracy)
    {
        var texts = new List<string>();
        accuracy.Run(Questions, (index, answer) =>
        {
            texts.Add($"{index} {string.Join(' ', answer.TokenIds)}");
            return true;
        }, cancellation: Token);
        return texts;
    }
}
