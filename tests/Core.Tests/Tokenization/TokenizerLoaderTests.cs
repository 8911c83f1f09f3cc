using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using LlmEfficiency.Fuzz.Targets;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization;

public sealed class TokenizerLoaderTests
{
    [Fact]
    public void A_folder_without_a_tokenizer_is_refused_with_what_was_looked_for()
    {
        using var folder = new TemporaryFolder();
        var refusal = Assert.Throws<LlmEfficiencyException>(() => TokenizerLoader.Load(folder.FullPath));
        Assert.Contains("tokenizer.json, tokenizer.model, *.tiktoken, tokenizer.bin", refusal.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_format_is_known_by_the_content()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.bin"), TokenizerTargets.Llama2cTokenizer.Seeds[0]);
        Assert.Equal(266, TokenizerLoader.Load(folder.FullPath).Vocabulary.Size);
        File.WriteAllBytes(folder.File("tokenizer.model"), TokenizerTargets.SentencePiece.Seeds[0]);
        Assert.Equal(13, TokenizerLoader.Load(folder.FullPath).Vocabulary.Size);
        TokenizerJsonWriter.Write(folder.FullPath, ByteTokenizer.Create("<s>"));
        Assert.Equal(257, TokenizerLoader.Load(folder.FullPath).Vocabulary.Size);
        Assert.Equal(13, TokenizerLoader.Load(folder.File("tokenizer.model")).Vocabulary.Size);
    }

    [Fact]
    public void Ranks_of_no_known_family_are_refused_with_the_remedy()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("x.tiktoken"), TokenizerTargets.Tiktoken.Seeds[0]);
        var refusal = Assert.Throws<LlmEfficiencyException>(() => TokenizerLoader.Load(folder.FullPath));
        Assert.Contains("tokenizer.json", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<LlmEfficiencyException>(() => TokenizerLoader.Load(folder.File("none.json")));
    }
}
