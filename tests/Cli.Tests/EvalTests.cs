using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class EvalTests
{
    [Fact]
    public async Task Perplexity_of_files_and_tasks_is_printed_as_json_a_line()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("a.txt"), "The cat sat on the mat.", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("b.jsonl"), "{\"text\":\"one\"}\n{\"text\":\"two\"}\n", TestContext.Current.CancellationToken);
        var run = await Llmeff.RunAsync(
            "eval", "perplexity", "--data", folder.File("a.txt"), folder.File("b.jsonl"), "--data", "task:stories", "--limit", "2", "--window", "64", "--json");
        Assert.Equal(0, run.ExitCode);
        var lines = Lines(run.Output);
        Assert.Equal(12, lines.Length);
        Assert.All(lines, line => Assert.True(double.IsFinite(line.GetProperty("value").GetDouble())));
        Assert.Equal([1, 2, 2], lines.Where(IsPerplexity).Select(line => line.GetProperty("count").GetInt32()));

        // Random weights of deviation 0.02 know nothing: about as many tokens in doubt as there are, 512.
        Assert.All(lines.Where(IsPerplexity), line => Assert.InRange(line.GetProperty("value").GetDouble(), 450, 600));
    }

    [Fact]
    public async Task Accuracy_of_tasks_and_files_is_a_table()
    {
        using var model = await ChatModel.CreateAsync();
        using var folder = new TemporaryFolder();
        var questions = "{\"question\":\"q\",\"choices\":[\"a\",\"b\"],\"answer\":\"B\"}\n";
        await File.WriteAllTextAsync(folder.File("q.jsonl"), questions, TestContext.Current.CancellationToken);
        var run = await Llmeff.RunAsync(
            "eval", "accuracy", "-m", model.Path, "--tasks", "stories,chat", "--data", folder.File("q.jsonl"), "--limit", "2", "-n", "4");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var rows = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("task ", rows[0], StringComparison.Ordinal);
        Assert.Contains(rows, row => row.StartsWith("stories ", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("chat ", StringComparison.Ordinal) && row.Contains("0.0000", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains("acc_norm", StringComparison.Ordinal));
        Assert.Single(rows.Select(row => row.Length).Distinct());
    }

    [Fact]
    public async Task Several_samples_give_an_average_and_a_best_and_repeat_under_their_seed()
    {
        using var model = await ChatModel.CreateAsync();
        string[] line = ["eval", "accuracy", "-m", model.Path, "--tasks", "arithmetic", "--limit", "2", "-n", "4", "--samples", "2", "--temperature", "1", "--json"];
        var run = await Llmeff.RunAsync(line);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["avg@2", "pass@2"], Lines(run.Output).Take(2).Select(result => result.GetProperty("metric").GetString()));
        Assert.Equal(run.Output, (await Llmeff.RunAsync(line)).Output);
    }

    [Theory]
    [InlineData(3, "--limit", "eval", "accuracy", "--limit", "0")]
    [InlineData(3, "Samples", "eval", "accuracy", "--samples", "2")]
    [InlineData(3, "no-such-task", "eval", "accuracy", "--tasks", "no-such-task")]
    [InlineData(2, "no-such-file", "eval", "accuracy", "--data", "no-such-file.jsonl")]
    [InlineData(2, "chat template", "eval", "accuracy", "--tasks", "chat", "--limit", "1")]
    [InlineData(1, "--data", "eval", "perplexity")]
    [InlineData(3, "Window", "eval", "perplexity", "--data", "task:stories", "--limit", "1", "--window", "1")]
    public async Task What_cannot_work_is_said_in_a_line(int code, string word, params string[] line)
    {
        var run = await Llmeff.RunAsync(line);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(word, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    private static bool IsPerplexity(JsonElement line) => line.GetProperty("metric").GetString() == "perplexity";

    private static JsonElement[] Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
}
