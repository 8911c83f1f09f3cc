using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class DraftCacheTests : IDisposable
{
    private static readonly string[] Common = ["generate", "Once upon a time", "--greedy", "-n", "40", "--json", "-m", "llmeff-tiny"];

    private readonly TemporaryFolder _folder = new();

    private string Cache => _folder.File("answers.cache");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Earlier_answers_of_the_same_namespace_are_drafted_from_and_of_no_other()
    {
        string[] drafted = [.. Common, "--speculate", "auto", "--draft-cache", Cache];
        var plain = Parse(await Run(Common));
        Assert.Equal(0, Accepted(Parse(await Run(drafted))));
        var second = Parse(await Run(drafted));
        Assert.InRange(Accepted(second), 20, 40);
        Assert.Equal(plain.GetProperty("token_ids").GetRawText(), second.GetProperty("token_ids").GetRawText());
        Assert.Equal(0, Accepted(Parse(await Run([.. drafted, "--draft-namespace", "team/2"]))));
        var info = Parse(await Run("sam", "cache", "info", Cache, "--json"));
        var spaces = info.GetProperty("namespaces").EnumerateArray().ToArray();
        Assert.Equal(["default", "team/2"], spaces.Select(space => space.GetProperty("name").GetString()));
        Assert.Equal([2, 1], spaces.Select(space => space.GetProperty("answers").GetInt32()));
        Assert.Equal(2 * spaces[1].GetProperty("tokens").GetInt32(), spaces[0].GetProperty("tokens").GetInt32());
        Assert.Equal(new FileInfo(Cache).Length, info.GetProperty("bytes").GetInt64());
        Assert.Equal(spaces.Sum(space => space.GetProperty("memory_bytes").GetInt64()), info.GetProperty("memory_bytes").GetInt64());
        var text = await Run("sam", "cache", "info", Cache);
        Assert.Contains("in 3 answers, 2 namespaces", text, StringComparison.Ordinal);
        Assert.Contains("team/2", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_keeps_its_answers()
    {
        string[] chat = ["chat", "-m", "llmeff-tiny", "--greedy", "-n", "5", "--speculate", "auto", "--draft-cache", Cache];
        Assert.Equal(0, (await Llmeff.RunWithInputAsync("Hello\nOnce\n", chat)).ExitCode);
        Assert.Contains("in 2 answers", await Run("sam", "cache", "info", Cache), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_serve_is_refused_in_a_line()
    {
        await Refused(1, "--draft-cache is of no use to --speculate sam: choose auto, or leave it out", "--speculate", "sam", "--draft-cache", Cache);
        await Refused(1, "--draft-cache is of no use to --speculate none", "--draft-cache", Cache);
        await Refused(1, "give --draft-cache FILE", "--speculate", "auto", "--draft-namespace", "a");
        await Refused(3, "namespace 'a b': a name has 1 to 64", "--speculate", "auto", "--draft-cache", Cache, "--draft-namespace", "a b");
        await Refused(2, "its folder is not there", "--speculate", "auto", "--draft-cache", _folder.File("no/a.cache"));
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
        await Run([.. Common, "--speculate", "auto", "--draft-cache", Cache]);
        await Refused(2, "the cache was built for the tokenizer", "--speculate", "auto", "--draft-cache", Cache, "-m", "random:tiny");
        var bytes = await File.ReadAllBytesAsync(Cache, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Cache, bytes, TestContext.Current.CancellationToken);
        await Refused(2, "the cache is damaged; delete it", "--speculate", "auto", "--draft-cache", Cache);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Cache, TestContext.Current.CancellationToken));
        Assert.Equal(2, (await Llmeff.RunAsync("sam", "cache", "info", Cache)).ExitCode);
    }

    private static async Task Refused(int code, string problem, params string[] options)
    {
        var run = await Llmeff.RunAsync(["generate", "a", "-n", "1", .. options]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(problem, run.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal); // behind the warning of random weights
    }

    private static int Accepted(JsonElement answer) => answer.GetProperty("timings").GetProperty("drafts").EnumerateArray()
        .Where(source => source.GetProperty("source").GetString() == "answers").Sum(source => source.GetProperty("accepted_tokens").GetInt32());

    private static async Task<string> Run(params string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.Equal((0, string.Empty), (run.ExitCode, run.ExitCode == 0 ? string.Empty : run.Error));
        return run.Output;
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
