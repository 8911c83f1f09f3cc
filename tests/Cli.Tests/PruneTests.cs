using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class PruneTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PruneTests() => File.WriteAllText(_folder.File("text.txt"), string.Concat(Enumerable.Range(0, 200).Select(i => $"{i * i} is the square of {i}.\n")));

    public static TheoryData<string> Commands =>
    [
        "depth --layers 1",
        "depth --rate 0.3 --metric angular-block",
        "width --rate 0.25",
        "width --ffn 80 --heads 2 --norm plain",
        "sparse",
        "sparse --criterion sparsegpt --pattern 0.3",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_pruned_model_generates_and_is_verified(string command)
    {
        var (source, target) = (await Model(), _folder.File("pruned"));
        string[] texts = ["--data", _folder.File("text.txt"), "--samples", "4", "--length", "24"];
        var dry = await Run(["prune", .. command.Split(' '), source, .. texts, "--dry-run", "--json"]);
        var report = JsonSerializer.Deserialize<JsonElement>(await Run(["prune", .. command.Split(' '), source, .. texts, "--out", target, "--json"]));
        Assert.Equal(Hash(JsonSerializer.Deserialize<JsonElement>(dry)), Hash(report));
        Assert.Equal(File.ReadAllText(Path.Join(target, "pruning.json")), report.GetRawText() + "\n");
        Assert.InRange(report.GetProperty("rates").GetProperty("total").GetDouble(), 0.05, 0.6);
        Assert.NotEmpty(await Run(["generate", "Hi", "-m", target, "-n", "3"]));
        var check = JsonSerializer.Deserialize<JsonElement>(await Run(["model", "verify", target, "--against", source, "--data", _folder.File("text.txt"), "--json"]));
        Assert.Empty(check.GetProperty("problems").EnumerateArray());
        Assert.True(check.GetProperty("perplexity").GetProperty("original").GetDouble() > 1);
        Assert.Contains("no problem found", await Run(["model", "verify", target]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("depth MODEL --layers 1", 1, "--dry-run")]
    [InlineData("depth MODEL --layers 1 --dry-run", 3, "--data")]
    [InlineData("depth MODEL --drop 0,x --dry-run", 1, "--drop is 0,x")]
    [InlineData("depth MODEL --drop 0,1 --dry-run", 3, "at least one stays")]
    [InlineData("width MODEL --rate 2 --dry-run", 3, "rate is 2")]
    [InlineData("width MODEL --axes depth --rate 0.2 --dry-run", 1, "--axes is depth")]
    [InlineData("sparse MODEL --pattern 4:2 --dry-run", 3, "sparse.pattern is 4:2")]
    [InlineData("sparse MODEL --criterion magnitude --pattern 2:3 --dry-run", 3, "does not divide")]
    public async Task What_cannot_work_ends_in_one_line(string command, int code, string problem)
    {
        var source = await Model();
        var run = await Llmeff.RunAsync(["prune", .. command.Replace("MODEL", source, StringComparison.Ordinal).Split(' ')]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(problem, Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_report_names_what_goes_and_three_rates()
    {
        var text = await Run(["prune", "depth", await Model(), "--drop", "1", "--dry-run"]);
        Assert.Contains("2 → 1, without 1", text, StringComparison.Ordinal);
        Assert.Contains("of non-embedding", text, StringComparison.Ordinal);
        Assert.Contains("of prunable", text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string? Hash(JsonElement report) => report.GetProperty("outcome").GetProperty("mask_hash").GetString();

    private static async Task<string> Run(string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    private async Task<string> Model()
    {
        await Run(["model", "init", "tiny", _folder.File("model")]);
        return _folder.File("model");
    }
}
