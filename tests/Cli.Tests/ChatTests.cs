using System.Text.Json;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class ChatTests
{
    [Fact]
    public async Task The_second_turn_reuses_the_cache_and_reset_begins_anew()
    {
        using var model = await ChatModel.CreateAsync();
        var turns = await Talk(model, "Hello\nHow are you?\n/reset\nHello\n/exit\nnever read\n");
        Assert.Equal(["Hello", "How are you?", "Hello"], turns.Select(turn => turn.GetProperty("prompt").GetString()));
        var prompts = turns.Select(turn => turn.GetProperty("prompt_ids").GetRawText()).ToArray();
        Assert.Equal(prompts[0], prompts[2]);
        Assert.Equal(turns[0].GetProperty("text").GetString(), turns[2].GetProperty("text").GetString());
        Assert.Equal(0, Reused(turns[0]));
        Assert.True(Reused(turns[1]) >= turns[0].GetProperty("prompt_ids").GetArrayLength(), $"{Reused(turns[1])} tokens were reused");
    }

    [Fact]
    public async Task A_system_message_opens_every_conversation()
    {
        using var model = await ChatModel.CreateAsync();
        var with = (await Talk(model, "Hi\n", "--system", "Be brief."))[0].GetProperty("prompt_ids").GetArrayLength();
        var without = (await Talk(model, "Hi\n"))[0].GetProperty("prompt_ids").GetArrayLength();
        Assert.Equal("<|endoftext|>system: Be brief.\n".Length - "<|endoftext|>".Length + 1, with - without); // byte tokens, one special
    }

    [Fact]
    public async Task Plain_output_is_one_answer_a_line()
    {
        using var model = await ChatModel.CreateAsync();
        var run = await Llmeff.RunWithInputAsync("\n  \nHello\n", "chat", "-m", model.Path, "-n", "3", "--stop", "\n", "--ignore-eos");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Single(run.Output.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("generate", "Hello", "--chat", "-m", "random:tiny")]
    [InlineData("chat", "-m", "random:tiny")]
    public async Task A_model_without_a_template_cannot_chat_and_says_so(params string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has no chat template", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Generate_puts_each_prompt_into_the_template()
    {
        using var model = await ChatModel.CreateAsync();
        var run = await Llmeff.RunAsync("generate", "Hi", "--chat", "-m", model.Path, "-n", "1", "--json");
        var ids = JsonSerializer.Deserialize<JsonElement>(run.Output).GetProperty("prompt_ids").GetArrayLength();
        Assert.Equal(2 + "user: Hi\nassistant:".Length, ids);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2000000000")]
    public async Task A_context_that_cannot_be_is_refused(string context)
    {
        using var model = await ChatModel.CreateAsync();
        var run = await Llmeff.RunWithInputAsync("Hi\n", "chat", "-m", model.Path, "--context", context);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("--context", run.Error, StringComparison.Ordinal);
    }

    private static int Reused(JsonElement turn) => turn.GetProperty("timings").GetProperty("reused_tokens").GetInt32();

    private static async Task<JsonElement[]> Talk(ChatModel model, string lines, params string[] options)
    {
        var run = await Llmeff.RunWithInputAsync(lines, ["chat", "-m", model.Path, "--greedy", "-n", "4", "--json", .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }
}
