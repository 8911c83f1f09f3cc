using LlmEfficiency.Fuzz;
using LlmEfficiency.Fuzz.Targets;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization;

public sealed class FuzzTests
{
    public static TheoryData<string> Names { get; } =
    [
        TokenizerTargets.TokenizerJson.Name, TokenizerTargets.Tiktoken.Name,
        TokenizerTargets.SentencePiece.Name, TokenizerTargets.Llama2cTokenizer.Name,
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_tokenizers_are_read_or_refused(string name)
    {
        var target = FuzzTargets.All.Single(t => t.Name == name);
        foreach (var seed in target.Seeds)
        {
            target.Read(seed); // what is mutated is whole
        }

        Assert.Empty(FuzzRun.Run(target, seed: 7, first: 0, count: 500).Findings);
    }
}
