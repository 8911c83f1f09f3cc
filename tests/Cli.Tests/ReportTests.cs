using System.Text.Json;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class ReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_report_lies_in_the_run_and_is_named()
    {
        using var run = Run();
        var (code, output, error) = await Llmeff.RunAsync("report", run.FullPath); // while another part of the process writes it
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(Path.Join(run.FullPath, "report.html"), output.Trim());
        Assert.Contains("<svg ", File.ReadAllText(output.Trim()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_goes_where_it_is_sent_and_scripts_get_JSON()
    {
        using var run = Run();
        var (code, output, _) = await Llmeff.RunAsync("report", run.FullPath, "--out", _folder.File("a.html"), "--x", "tokens", "--json");
        using var json = JsonDocument.Parse(output);
        Assert.Equal(0, code);
        Assert.Equal(1, json.RootElement.GetProperty("steps").GetInt64());
        Assert.True(File.Exists(_folder.File("a.html")));
        Assert.False(File.Exists(Path.Join(run.FullPath, "report.html")));
    }

    [Fact]
    public async Task Several_runs_have_one_report_in_a_file_that_is_named()
    {
        using var one = Run("one");
        using var two = Run("two");
        var (code, _, error) = await Llmeff.RunAsync("report", one.FullPath, two.FullPath);
        Assert.Equal(1, code);
        Assert.Contains("give --out FILE", Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
        (code, var output, _) = await Llmeff.RunAsync("report", one.FullPath, two.FullPath, "--out", _folder.File("both.html"), "--json");
        using var json = JsonDocument.Parse(output);
        Assert.Equal((0, 2), (code, json.RootElement.GetArrayLength()));
        Assert.Contains("2 runs: one, two", File.ReadAllText(_folder.File("both.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_run_and_a_place_that_cannot_be_written_are_told_in_one_line()
    {
        using var run = Run();
        var (code, _, error) = await Llmeff.RunAsync("report", _folder.FullPath);
        Assert.Equal(2, code);
        Assert.Contains("run.json is not there", Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
        (code, _, error) = await Llmeff.RunAsync("report", run.FullPath, "--out", _folder.File("not/there.html"));
        Assert.Equal(6, code);
        Assert.Single(error.Trim().Split('\n'));
    }

    private RunFolder Run(string name = "run")
    {
        using var settings = JsonDocument.Parse("{}");
        var run = RunFolder.Create(
            _folder.File(name), RunManifest.Describe("train", settings.RootElement, new Dictionary<string, string>(), TimeProvider.System));
        run.Metrics.Append(1, [KeyValuePair.Create("loss", 2.0), KeyValuePair.Create("tokens", 8.0)]);
        return run;
    }
}
