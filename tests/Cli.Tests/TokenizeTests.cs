using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class TokenizeTests
{
    [Theory]
    [InlineData("Hello, world")]
    [InlineData("  größer 漢字 🙂\n")]
    public async Task Decoding_gives_the_text_back(string text)
    {
        var ids = await Llmeff.RunAsync("tokenize", text);
        var back = await Llmeff.RunAsync("tokenize", ids.Output, "--decode");
        Assert.Equal((0, text + Environment.NewLine), (back.ExitCode, back.Output));
    }

    [Fact]
    public async Task Special_tokens_in_text_count_only_where_allowed()
    {
        var text = await Json("<|endoftext|>");
        var token = await Json("<|endoftext|>", "--special");
        Assert.Equal(13, text.GetProperty("count").GetInt32());
        Assert.Equal("[256]", token.GetProperty("ids").GetRawText());
        Assert.Equal("""["<|endoftext|>"]""", token.GetProperty("pieces").GetRawText());
    }

    [Fact]
    public async Task Bos_begins_as_a_prompt_does()
    {
        var model = SharedData.Require("weights/tinystories-656k");
        var plain = (await Json("Once", "-m", model)).GetProperty("ids").GetRawText();
        var prompt = (await Json("Once", "-m", model, "--bos")).GetProperty("ids").GetRawText();
        Assert.Equal($"[1,{plain[1..]}", prompt);
    }

    [Fact]
    public async Task The_text_can_come_from_standard_input()
    {
        var run = await Llmeff.RunWithInputAsync("AB", "tokenize", "-");
        Assert.Equal("65 66", run.Output.Trim());
    }

    [Theory]
    [InlineData("257")]
    [InlineData("-1")]
    [InlineData("1 x")]
    [InlineData("99999999999999")]
    public async Task A_wrong_id_is_named(string ids)
    {
        var run = await Llmeff.RunAsync("tokenize", ids, "--decode");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"'{ids.Split(' ')[^1]}' is no token id", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trained_tokenizer_is_used_like_any_other()
    {
        using var folder = new TemporaryFolder();
        var text = string.Concat(Enumerable.Repeat("the cat and the hat and the bat ", 50));
        await File.WriteAllTextAsync(folder.File("text"), text, TestContext.Current.CancellationToken);
        var trained = await Llmeff.RunAsync("tokenizer", "train", folder.File("text"), "--vocab-size", "270", "--out", folder.File("t"));
        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        var result = await Json("the cat", "-m", folder.File("t"));
        Assert.InRange(result.GetProperty("count").GetInt32(), 1, 5);
        Assert.Equal("the cat", result.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("none", "t", "none")]
    [InlineData("binary", "t", "UTF-8")]
    [InlineData(".", "t", "cannot be read")]
    [InlineData("text", "text", "cannot be made")]
    public async Task Training_names_the_file_that_cannot_be_used(string file, string target, string said)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File("binary"), [0xFF, 0xFE, 0xFF, 0x80, 0xC0], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("text"), "some text", TestContext.Current.CancellationToken);
        var run = await Llmeff.RunAsync("tokenizer", "train", folder.File(file), "--vocab-size", "260", "--out", folder.File(target));
        Assert.Contains(run.ExitCode, (int[])[2, 6]);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    private static async Task<JsonElement> Json(params string[] args)
    {
        var run = await Llmeff.RunAsync(["tokenize", .. args, "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return JsonSerializer.Deserialize<JsonElement>(run.Output);
    }
}
