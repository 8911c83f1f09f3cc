using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class SamBenchTests
{
    [Fact]
    public async Task Methods_are_measured_kept_and_replayed()
    {
        using var folder = new TemporaryFolder();
        var questions = await Questions(folder);
        string[] command =
        [
            "sam", "bench", "--questions", questions, "-m", "llmeff-tiny", "--drafter", "none,pld,auto", "-n", "24",
            "--out", folder.File("out"),
        ];
        var report = Parse(await Run([.. command, "--json"]));
        var methods = report.GetProperty("methods").EnumerateArray().ToArray();
        Assert.Equal(["none", "pld", "auto"], methods.Select(method => method.GetProperty("name").GetString()));
        Assert.Equal((1, 1), (Value(methods[0], "mat"), Value(methods[0], "speedup")));
        foreach (var method in methods)
        {
            Assert.Equal(0, Value(method, "differing"));
            Assert.Equal(Value(method, "mat"), Value(method.GetProperty("categories").GetProperty("qa"), "mat"));
            Assert.InRange(Value(method, "tokensPerSecond"), 0.01, 1e6);
        }

        var table = await Run(command); // all is there: nothing runs again
        Assert.Contains("speed-up", table, StringComparison.Ordinal);
        Assert.Equal(report.GetRawText(), (await Run([.. command, "--json"])).Trim());
        var replay = Parse(await Run(
            "sam", "replay", "--traces", folder.File("out/pld.jsonl"), "--questions", questions, "--tokenizer", "llmeff-tiny",
            "--template", "auto", "--drafter", "pld", "--json")).GetProperty("drafters")[0];
        Assert.Equal(Value(methods[1], "tokens"), Value(replay, "tokens"));
        Assert.InRange(Value(methods[1], "steps") - Value(replay, "steps"), 0, 1);
        var mixed = await Llmeff.RunAsync([.. command, "--draft-rows", "3"]);
        Assert.Equal(1, mixed.ExitCode);
        Assert.Contains("rows was '64' and is '3' now", mixed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Random_weights_follow_recorded_answers()
    {
        using var folder = new TemporaryFolder();
        var (questions, trace) = (await Questions(folder), folder.File("trace.jsonl"));
        await File.WriteAllTextAsync(
            trace, """{"question_id":7,"choices":[{"turns":["the cat sat on the old mat."]}]}""", TestContext.Current.CancellationToken);
        var run = await Llmeff.RunAsync(
            "sam", "bench", "--questions", questions, "--trace", trace, "-m", "random:tiny",
            "--template", "plain", "--drafter", "none,sam", "--json");
        Assert.Equal(0, run.ExitCode);
        var report = Parse(run.Output);
        Assert.Equal(("random", trace), (report.GetProperty("weights").GetString(), report.GetProperty("trace").GetString()));
        var method = report.GetProperty("methods")[1];
        Assert.InRange(Value(method, "mat"), 3, 29); // the question holds the answer
        Assert.Equal((28, 0), (Value(method, "tokens"), Value(method, "differing"))); // bytes and the end
    }

    [Fact]
    public async Task What_cannot_be_measured_is_refused()
    {
        using var folder = new TemporaryFolder();
        var questions = await Questions(folder);
        Task<(int ExitCode, string Output, string Error)> Bench(params string[] more) =>
            Llmeff.RunAsync(["sam", "bench", "--questions", questions, .. more]);
        Assert.Equal((1, true), Of(await Bench("--categories", "poetry"), "has no 'poetry': choose of qa"));
        Assert.Equal((1, true), Of(await Bench("--drafter", "magic"), "there is no drafter 'magic'"));
        Assert.Equal((1, true), Of(await Bench("--drafter", "rest"), "give --index FILE"));
        Assert.Equal((1, true), Of(await Bench("--drafter", "pld,pld"), "give each once"));
        Assert.Equal((3, true), Of(await Bench("--limit", "0"), "--limit is 0"));
        Assert.Equal((1, true), Of(await Bench("--template", "alpaca"), "no built-in template"));
        Assert.Equal((2, true), Of(await Bench("-m", "random:tiny"), "no chat template: name one with --template"));
        await File.WriteAllTextAsync(folder.File("c.txt"), "the cat sat", TestContext.Current.CancellationToken);
        await Run("sam", "index", "build", folder.File("c.txt"), "--tokenizer", "llmeff-tiny", "--out", folder.File("c.sam"));
        Assert.Equal((1, true), Of(await Bench("--drafter", "pld", "--index", folder.File("c.sam")), "--index is of no use"));
        Assert.Equal(
            (2, true),
            Of(
                await Bench("-m", "random:tiny", "--template", "plain", "--index", folder.File("c.sam")),
                "the index was built for the tokenizer"));
    }

    [Fact]
    public async Task A_replay_tells_which_drafters_have_no_use_for_an_index()
    {
        using var folder = new TemporaryFolder();
        var (questions, trace, index) = (await Questions(folder), folder.File("trace.jsonl"), folder.File("c.sam"));
        await File.WriteAllTextAsync(
            trace, """{"question_id":7,"choices":[{"turns":["the cat sat"]}]}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("c.txt"), "the cat sat", TestContext.Current.CancellationToken);
        await Run("sam", "index", "build", folder.File("c.txt"), "--tokenizer", "llmeff-tiny", "--out", index);
        string[] command =
        [
            "sam", "replay", "--traces", trace, "--questions", questions, "--tokenizer", "llmeff-tiny",
            "--drafter", "pld,sam,suffix", "--index", index,
        ];
        const string Note = "--index is of no use to pld, suffix, which drafted without it";
        Assert.Equal(Note, Parse(await Run([.. command, "--json"])).GetProperty("notes")[0].GetString());
        Assert.EndsWith(Note, (await Run(command)).Trim(), StringComparison.Ordinal);
    }

    private static async Task<string> Questions(TemporaryFolder folder)
    {
        var path = folder.File("questions.jsonl");
        await File.WriteAllTextAsync(
            path,
            """{"question_id":7,"category":"qa","turns":["Say this again: the cat sat on the old mat."]}""",
            TestContext.Current.CancellationToken);
        return path;
    }

    private static (int ExitCode, bool Says) Of((int ExitCode, string Output, string Error) run, string problem) =>
        (run.ExitCode, run.Error.Contains(problem, StringComparison.Ordinal));

    private static async Task<string> Run(params string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.Equal((0, string.Empty), (run.ExitCode, run.ExitCode == 0 ? string.Empty : run.Error));
        return run.Output;
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static double Value(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
