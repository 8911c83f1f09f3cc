using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class GenerateTests
{
    private static string Stories => SharedData.Require("weights/tinystories-656k");

    [Fact]
    public async Task Greedy_text_and_ids_equal_an_independent_implementation()
    {
        foreach (var golden in Golden("weights/tinystories-656k"))
        {
            var wanted = Ids(golden.GetProperty("greedy_ids"));
            var result = await Json(
                golden.GetProperty("prompt").GetString()!, "--model", Stories, "--greedy", "--max-tokens", $"{wanted.Length}");
            Assert.Equal(Ids(golden.GetProperty("prompt_ids")), Ids(result.GetProperty("prompt_ids")));
            Assert.Equal(wanted, Ids(result.GetProperty("token_ids")));
            Assert.Equal(golden.GetProperty("text").GetString(), result.GetProperty("text").GetString());
            Assert.Equal("length", result.GetProperty("finish_reason").GetString());
        }
    }

    [Theory]
    [InlineData("stories260Ktok512.gguf")]
    [InlineData("stories260K.bin")]
    public async Task Other_forms_of_a_model_give_the_text_of_its_own_program(string file)
    {
        const int tokens = 1 + 128; // the program feeds 128 tokens from the first on and prints what follows each
        var model = SharedData.Require($"weights/stories260k/{file}");
        foreach (var golden in Golden("weights/stories260k"))
        {
            var prompt = golden.GetProperty("prompt").GetString()!;
            var result = await Json(prompt, "--model", model, "--greedy", "--max-tokens", $"{tokens - await Count(prompt, model)}");
            Assert.Equal(golden.GetProperty("text").GetString()!.TrimEnd('\n'), prompt + result.GetProperty("text").GetString());
        }
    }

    [Fact]
    public async Task Prompts_run_together_as_they_run_alone()
    {
        string[] prompts = ["Once upon a time", "The", "Lily and her dog went"];
        var batch = await Llmeff.RunAsync(["generate", .. prompts, "--model", Stories, "--greedy", "-n", "24", "--json"]);
        var lines = batch.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(prompts.Length, lines.Length);
        for (var row = 0; row < prompts.Length; row++)
        {
            var alone = await Json(prompts[row], "--model", Stories, "--greedy", "-n", "24");
            Assert.Equal(Ids(alone.GetProperty("token_ids")), Ids(Parse(lines[row]).GetProperty("token_ids")));
        }
    }

    [Fact]
    public async Task Prompts_come_from_a_file_and_from_standard_input_too()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("p"), "The dog\n\nLily\n", TestContext.Current.CancellationToken);
        var run = await Llmeff.RunWithInputAsync("A cat", "generate", "-", "--prompts", folder.File("p"), "-m", Stories, "-n", "2");
        Assert.Equal(0, run.ExitCode);
        var starts = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Collection(
            starts,
            line => Assert.StartsWith("A cat", line, StringComparison.Ordinal),
            line => Assert.StartsWith("The dog", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Lily", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_seed_repeats_its_text_and_another_seed_does_not()
    {
        var texts = new List<string>();
        foreach (var seed in new[] { "7", "7", "8" })
        {
            texts.Add((await Llmeff.RunAsync(
                "generate", "Once", "-m", Stories, "--temperature", "1", "--top-p", "0.95", "--seed", seed, "-n", "24")).Output);
        }

        Assert.Equal(texts[0], texts[1]);
        Assert.NotEqual(texts[0], texts[2]);
    }

    [Fact]
    public async Task A_stop_string_ends_the_text_before_it()
    {
        var result = await Json("Once upon a time", "--model", Stories, "--greedy", "--stop", "Lily");
        Assert.Equal(", a little girl named ", result.GetProperty("text").GetString());
        Assert.Equal("stop_string", result.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Log_probabilities_name_the_greedy_token_first()
    {
        var result = await Json("Once upon a time", "--model", Stories, "--greedy", "-n", "4", "--logprobs", "3");
        var tokens = result.GetProperty("logprobs").EnumerateArray().ToArray();
        Assert.Equal(Ids(result.GetProperty("token_ids")), tokens.Select(token => token.GetProperty("id").GetInt32()));
        foreach (var token in tokens)
        {
            var top = token.GetProperty("top").EnumerateArray().ToArray();
            Assert.Equal(3, top.Length);
            Assert.Equal(token.GetProperty("id").GetInt32(), top[0].GetProperty("id").GetInt32());
            Assert.Equal(token.GetProperty("model").GetDouble(), top[0].GetProperty("model").GetDouble(), 1e-6);
            Assert.InRange(top.Sum(one => Math.Exp(one.GetProperty("model").GetDouble())), 0, 1.000001);
        }
    }

    [Fact]
    public async Task Statistics_go_to_the_error_stream_and_the_text_alone_to_the_output()
    {
        var run = await Llmeff.RunAsync("generate", "Once upon a time", "-m", Stories, "--greedy", "-n", "3", "--stats");
        Assert.StartsWith(", a little girl", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("tokens/s", run.Output, StringComparison.Ordinal);
        Assert.Contains("tokens/s", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_two_dashes_a_text_may_look_like_an_option()
    {
        var run = await Llmeff.RunAsync("generate", "-n", "0", "--json", "--", "--nope");
        Assert.Equal("--nope", Parse(run.Output).GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task Without_a_model_the_embedded_one_answers()
    {
        var answer = await Json("Once upon a time", "--greedy", "-n", "8");
        Assert.Equal("llmeff-tiny", answer.GetProperty("model").GetString());
        Assert.Equal(8, answer.GetProperty("token_ids").GetArrayLength());
        Assert.Matches("[a-z]{3,}", answer.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("llmeff-tiny-1m")]
    [InlineData("llmeff-tiny-0.3m")]
    public async Task Its_siblings_answer_to_their_names(string name)
    {
        var answer = await Json("Once upon a time", "--greedy", "-n", "8", "-m", name);
        Assert.Equal(name, answer.GetProperty("model").GetString());
        Assert.Matches("[a-z]{3,}", answer.GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_error_stream_says_that_weights_are_random()
    {
        var run = await Llmeff.RunAsync("generate", "Once", "-n", "2", "-m", "random:tiny");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("random weights", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("random weights", run.Output, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> Json(string prompt, params string[] options)
    {
        var run = await Llmeff.RunAsync(["generate", prompt, .. options, "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return Parse(run.Output);
    }

    private static async Task<int> Count(string prompt, string model)
    {
        var run = await Llmeff.RunAsync("tokenize", prompt, "--bos", "-m", model);
        return run.Output.Split(' ').Length;
    }

    private static JsonElement.ArrayEnumerator Golden(string folder)
    {
        var cases = Parse(File.ReadAllText(SharedData.Require($"{folder}/golden.json"))).GetProperty("cases");
        Assert.NotEqual(0, cases.GetArrayLength());
        return cases.EnumerateArray();
    }

    private static JsonElement Parse(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];
}
