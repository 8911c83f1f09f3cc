using LlmEfficiency.Identity;
using LlmEfficiency.SamDecoding.Drafting;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests;

/// <summary>A small slice of the identity run; <c>dotnet run --project tests/Identity -c Release</c> runs it in full.</summary>
public sealed class IdentitySliceTests
{
    [Theory]
    [InlineData("strict", 2)]
    [InlineData("simd-bf16", 8)]
    [InlineData("default", 8)]
    public void Every_drafter_gives_the_answers_of_plain_decoding(string name, int prompts)
    {
        var mode = IdentityMode.All.Single(mode => mode.Name == name);
        var settings = new IdentitySettings { Prompts = prompts, MaxTokens = 10, PromptTokens = 16 };
        var results = IdentityRun.Run(Assert.Single(IdentityModels.Find("llmeff-tiny-0.3m")), mode, settings).ToArray();
        Assert.Equal(DrafterList.All.Count + 2, results.Length); // plain decoding and the adversary
        Assert.All(results, result => Assert.Empty(result.Differences));
        Assert.InRange(results.Max(result => result.Passes), 1.1, 10);
    }
}
