using System.Text.Json;
using LlmEfficiency.Core.Errors;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class CacheOptionsTests
{
    [Theory]
    [InlineData("r-kv")]
    [InlineData("pyramidkv")]
    public async Task An_answer_takes_no_more_than_budget_and_interval(string policy)
    {
        var run = await Llmeff.RunAsync(
            "generate", "abc", "--model", "random:tiny", "--ignore-eos", "-n", "60", "--cache", policy, "--budget", "24", "--interval", "8", "--json");
        Assert.Equal(0, run.ExitCode);
        using var document = JsonDocument.Parse(run.Output);
        var cache = document.RootElement.GetProperty("timings").GetProperty("cache");
        Assert.Equal(policy, cache.GetProperty("policy").GetString());
        Assert.Equal(60, document.RootElement.GetProperty("token_ids").GetArrayLength());
        Assert.InRange(cache.GetProperty("mean_tokens").GetDouble(), 10, 32);
        Assert.InRange(cache.GetProperty("compressions").GetInt32(), 4, 20);
        Assert.True(cache.GetProperty("dense_bytes").GetInt64() > 0);
    }

    [Theory]
    [InlineData("no cache policy 'lru'", "--cache", "lru")]
    [InlineData("exclude each other", "--cache", "r-kv", "--speculate", "pld")]
    [InlineData("--budget is of no use to --cache dense", "--budget", "64")]
    [InlineData("--compress-prompt is of no use", "--compress-prompt")]
    public async Task Options_that_contradict_each_other_are_refused_before_a_model_is_loaded(string problem, params string[] options)
    {
        var run = await Llmeff.RunAsync(["generate", "abc", "--model", "/nowhere", .. options]);
        Assert.Equal((int)ErrorKind.Usage, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_for_the_window_alone_is_refused()
    {
        var run = await Llmeff.RunAsync("generate", "abc", "--model", "/nowhere", "--cache", "snapkv", "--budget", "8");
        Assert.Equal((int)ErrorKind.Configuration, run.ExitCode);
        Assert.Contains("keeps the latest 8", run.Error, StringComparison.Ordinal);
    }
}
