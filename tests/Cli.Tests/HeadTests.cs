using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

/// <summary>Draft heads on the command line.</summary>
public sealed class HeadTests
{
    [Fact]
    public async Task The_head_of_the_embedded_model_is_found_and_drafts_without_loss()
    {
        var run = await Llmeff.RunAsync(
            "generate", "Once upon a time there was", "--speculate", "sam+eagle2", "--verify-lossless", "--greedy", "-n", "24", "--json");
        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var named = await Llmeff.RunAsync(
            "sam", "bench", "--tasks", "stories", "--limit", "1", "-n", "16", "--drafter", "none,eagle,eagle2", "--head", "llmeff-tiny-eagle", "--json");
        Assert.Equal(0, named.ExitCode);
        using var report = JsonDocument.Parse(named.Output);
        var methods = report.RootElement.GetProperty("methods").EnumerateArray().ToArray();
        Assert.All(methods, method => Assert.Equal(0, method.GetProperty("differing").GetDouble()));
        Assert.True(methods[2].GetProperty("mat").GetDouble() > 1.1);
    }

    [Fact]
    public async Task Heads_that_are_of_no_use_missing_or_of_another_model_are_refused()
    {
        using var folder = new TemporaryFolder();
        TinyHeads.Write(folder.FullPath, TinyModels.Llama);
        await Refused("--head is of no use", "--speculate", "auto", "--head", folder.FullPath);
        await Refused("give --head DIR", "--speculate", "eagle2", "-m", "random:tiny");
        await Refused("the head is for a model with hidden_size 24 and vocab_size 37", "--speculate", "eagle2", "--head", folder.FullPath);
        await Refused("is no draft head of EAGLE", "--speculate", "eagle", "--head", "llmeff-tiny");
    }

    private static async Task Refused(string message, params string[] options)
    {
        var run = await Llmeff.RunAsync(["generate", "x", "-n", "2", .. options]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
