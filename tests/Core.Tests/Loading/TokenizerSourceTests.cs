using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Loading;

public sealed class TokenizerSourceTests
{
    private const string Text = "Once upon a time";

    [Fact]
    public void A_folder_may_hold_a_tokenizer_and_no_model()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("t"));
        TokenizerJsonWriter.Write(folder.File("t"), ByteTokenizer.Create("<|end|>"));
        Assert.Equal(Text.Select(letter => (int)letter), TokenizerSource.Read(folder.File("t")).Encode(Text));
    }

    [Fact]
    public void All_forms_of_one_model_have_one_tokenizer()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("g"));
        var gguf = SharedData.Require("weights/stories260k/stories260Ktok512.gguf");
        File.Copy(gguf, Path.Join(folder.File("g"), "m.gguf"));
        var expected = TokenizerSource.Read(gguf).Encode(Text);
        foreach (var form in new[]
        {
            folder.File("g"),
            SharedData.Require("weights/stories260k/stories260K.bin"),
            SharedData.Require("weights/stories260k/tok512.bin"),
        })
        {
            Assert.Equal(expected, TokenizerSource.Read(form).Encode(Text));
        }
    }

    [Fact]
    public void An_empty_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("e"));
        var problem = Assert.Throws<LlmEfficiencyException>(() => TokenizerSource.Read(folder.File("e")));
        Assert.Equal(ErrorKind.Input, problem.Kind);
    }
}
