using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class SamTests
{
    private const string CopyPrompt =
        "Repeat this text with \"Note:\" in front:\nHannah gave the plate to a friend in the forest. A bird near the zoo looked at Luke and "
        + "the mug. Diego walked from the river home with a toy. Wendy carried the small puzzle to the bakery.";

    [Theory]
    [InlineData("auto")]
    [InlineData("sam")]
    [InlineData("pld")]
    [InlineData("suffix-tree")]
    public async Task Speculation_gives_the_same_text_in_fewer_passes(string drafter)
    {
        string[] common = ["generate", CopyPrompt, "--chat", "--greedy", "--json", "-m", "llmeff-tiny"];
        var plain = Parse((await Llmeff.RunAsync(common)).Output);
        var drafted = Parse((await Llmeff.RunAsync([.. common, "--speculate", drafter, "--verify-lossless"])).Output);
        Assert.Equal(Ids(plain), Ids(drafted));
        var timings = drafted.GetProperty("timings");
        Assert.InRange(timings.GetProperty("mean_tokens_per_pass").GetDouble(), 2, 50);
        Assert.InRange(timings.GetProperty("drafts").EnumerateArray().Sum(source => source.GetProperty("accepted_tokens").GetInt32()), 20, 100);
        Assert.Equal(1, plain.GetProperty("timings").GetProperty("mean_tokens_per_pass").GetDouble());
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public async Task Strict_speculation_gives_the_same_bits(string type)
    {
        string[] common = ["generate", CopyPrompt, "--chat", "--greedy", "--json", "-m", "llmeff-tiny-0.3m", "--engine", "torch", "--dtype", type, "--strict", "--logprobs", "0", "-n", "20"];
        var plain = Parse((await Llmeff.RunAsync(common)).Output);
        var drafted = Parse((await Llmeff.RunAsync([.. common, "--speculate", "backoff", "--verify-lossless"])).Output);
        Assert.Contains(" strict,", drafted.GetProperty("timings").GetProperty("engine").GetString(), StringComparison.Ordinal);
        Assert.Equal(plain.GetProperty("logprobs").GetRawText(), drafted.GetProperty("logprobs").GetRawText());
    }

    [Theory]
    [InlineData("fp32", "fp32")]
    [InlineData("bf16", "bf16")]
    [InlineData("int8", "int8")]
    [InlineData("int4", "bf16")]
    public async Task Speculation_gives_the_same_bits_in_every_weight_format(string weights, string cache)
    {
        string[] common =
        [
            "generate", CopyPrompt, "--chat", "--greedy", "--json", "-m", "llmeff-tiny", "--weights", weights, "--cache-type", cache, "--logprobs", "0", "-n", "40",
        ];
        var plain = Parse((await Llmeff.RunAsync(common)).Output);
        var drafted = Parse((await Llmeff.RunAsync([.. common, "--speculate", "backoff", "--verify-lossless"])).Output);
        Assert.Contains($"{weights}, cache {cache}", drafted.GetProperty("timings").GetProperty("engine").GetString(), StringComparison.Ordinal);
        Assert.Equal(plain.GetProperty("logprobs").GetRawText(), drafted.GetProperty("logprobs").GetRawText());
        Assert.InRange(drafted.GetProperty("timings").GetProperty("mean_tokens_per_pass").GetDouble(), 1.5, 50);
    }

    [Fact]
    public async Task A_predicted_output_is_drafted_from()
    {
        using var folder = new TemporaryFolder();
        string[] common = ["generate", "Once upon a time", "--greedy", "-n", "60", "--json", "-m", "llmeff-tiny"];
        var plain = Parse((await Llmeff.RunAsync(common)).Output);
        await File.WriteAllTextAsync(folder.File("prediction.txt"), "Once upon a time" + plain.GetProperty("text").GetString(), TestContext.Current.CancellationToken);
        var drafted = Parse((await Llmeff.RunAsync([.. common, "--speculate", "backoff", "--prediction", folder.File("prediction.txt")])).Output);
        Assert.Equal(Ids(plain), Ids(drafted));
        Assert.InRange(drafted.GetProperty("timings").GetProperty("mean_tokens_per_pass").GetDouble(), 3, 60);
    }

    [Fact]
    public async Task An_index_is_built_described_queried_and_drafted_from()
    {
        using var folder = new TemporaryFolder();
        var (corpus, index) = (folder.File("corpus.txt"), folder.File("corpus.sam"));
        await File.WriteAllTextAsync(corpus, "the cat sat on the mat|the cat ran to the old barn|a dog", TestContext.Current.CancellationToken);
        var built = Parse(await Run("sam", "index", "build", corpus, "--separator", "|", "--tokenizer", "llmeff-tiny", "--out", index, "--json"));
        Assert.Equal(3, built.GetProperty("documents").GetInt32());
        var described = Parse(await Run("sam", "index", "info", index, "--verify", "--json"));
        Assert.Equal(built.GetProperty("tokens").GetInt64(), described.GetProperty("tokens").GetInt64());
        Assert.Contains("tokens", await Run("sam", "index", "info", index), StringComparison.Ordinal);
        var found = await Run("sam", "index", "query", index, "I saw that the cat", "--tokenizer", "llmeff-tiny", "-n", "3");
        Assert.Contains("occurs   2 times", found, StringComparison.Ordinal);
        Assert.Contains("sat", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rest")]
    [InlineData("sam")]
    [InlineData("auto")]
    public async Task A_corpus_that_holds_the_answer_saves_passes(string drafter)
    {
        using var folder = new TemporaryFolder();
        string[] common = ["generate", "Once upon a time", "--greedy", "-n", "60", "--json", "-m", "llmeff-tiny"];
        var plain = Parse(await Run(common));
        await File.WriteAllTextAsync(folder.File("c.txt"), "Once upon a time" + plain.GetProperty("text").GetString(), TestContext.Current.CancellationToken);
        await Run("sam", "index", "build", folder.File("c.txt"), "--tokenizer", "llmeff-tiny", "--out", folder.File("c.sam"));
        var drafted = Parse(await Run([.. common, "--speculate", drafter, "--index", folder.File("c.sam")]));
        Assert.Equal(Ids(plain), Ids(drafted));
        Assert.InRange(drafted.GetProperty("timings").GetProperty("mean_tokens_per_pass").GetDouble(), 2, 60);
    }

    [Fact]
    public async Task An_index_that_cannot_serve_is_refused()
    {
        using var folder = new TemporaryFolder();
        var (corpus, index) = (folder.File("corpus.txt"), folder.File("corpus.sam"));
        await File.WriteAllTextAsync(corpus, "the cat sat on the mat", TestContext.Current.CancellationToken);
        await Run("sam", "index", "build", corpus, "--tokenizer", "llmeff-tiny", "--out", index);
        var other = await Llmeff.RunAsync("generate", "a", "-m", "random:tiny", "--speculate", "auto", "--index", index);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("the index was built for the tokenizer", other.Error, StringComparison.Ordinal);
        var bytes = await File.ReadAllBytesAsync(index, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(index, bytes, TestContext.Current.CancellationToken);
        var damaged = await Llmeff.RunAsync("sam", "index", "info", index);
        Assert.Equal(2, damaged.ExitCode);
        var missing = await Llmeff.RunAsync("generate", "a", "--speculate", "rest");
        Assert.Equal((1, "llmeff: --speculate rest drafts from a corpus: give --index FILE"), (missing.ExitCode, missing.Error.Trim()));
        Assert.Equal(1, (await Llmeff.RunAsync("generate", "a", "--speculate", "magic")).ExitCode);
        Assert.Equal(3, (await Llmeff.RunAsync("generate", "a", "--speculate", "sam", "--draft-rows", "0")).ExitCode);
    }

    [Fact]
    public async Task Recorded_answers_are_replayed()
    {
        using var folder = new TemporaryFolder();
        var (questions, traces) = (folder.File("questions.jsonl"), folder.File("traces.jsonl"));
        await File.WriteAllTextAsync(
            questions, """{"question_id":1,"category":"copying","turns":["Say this again: the cat sat on the old mat."]}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            traces, """{"question_id":1,"choices":[{"turns":["the cat sat on the old mat."]}]}""", TestContext.Current.CancellationToken);
        string[] command = ["sam", "replay", "--traces", traces, "--questions", questions, "--tokenizer", "llmeff-tiny", "--drafter", "pld,sam,auto"];
        var drafters = Parse(await Run([.. command, "--json"])).GetProperty("drafters").EnumerateArray().ToArray();
        Assert.Equal(["pld", "sam", "auto"], drafters.Select(drafter => drafter.GetProperty("name").GetString()));
        foreach (var drafter in drafters)
        {
            Assert.InRange(drafter.GetProperty("mat").GetDouble(), 1, 12);
            Assert.InRange(drafter.GetProperty("rowsPerStep").GetDouble(), drafter.GetProperty("mat").GetDouble() - 1, 64);
            Assert.Equal(drafter.GetProperty("mat").GetDouble(), drafter.GetProperty("categories").GetProperty("copying").GetDouble());
        }

        Assert.InRange(drafters[1].GetProperty("mat").GetDouble(), 2, 12);
        Assert.Contains("rows/step", await Run(command), StringComparison.Ordinal);
    }

    private static async Task<string> Run(params string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.Equal((0, string.Empty), (run.ExitCode, run.ExitCode == 0 ? string.Empty : run.Error));
        return run.Output;
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static IEnumerable<int> Ids(JsonElement answer) => answer.GetProperty("token_ids").EnumerateArray().Select(id => id.GetInt32());
}
