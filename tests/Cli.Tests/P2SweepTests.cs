using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class P2SweepTests : IDisposable
{
    private const string Settings = """
        {
          "kind": "p2-sweep",
          "data": {
            "sources": [ { "kind": "text", "paths": [ "${config}/texts.txt" ], "separator": "\n" } ],
            "validation_fraction": 0.1, "sequence_length": 48
          },
          "sizes": [ { "name": "a", "hidden_size": 16, "layers": 4, "heads": 2 } ],
          "base_tokens": 4800,
          "training": { "tokens_per_step": 96, "virtual_shards": 1 },
          "post_training": { "tokens": 1920, "evaluations": 3, "documents": 8 },
          "checkpoints": { "every": 5, "keep": 1, "keep_best": false },
          "methods": [ { "name": "2:4", "pruning": { "method": "sparse", "calibration": { "samples": 4, "length": 32 } } } ]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public P2SweepTests()
    {
        File.WriteAllText(_folder.File("sweep.json"), Settings);
        File.WriteAllLines(_folder.File("texts.txt"), Enumerable.Range(0, 200).Select(line => $"line {line} has the number {line * 7 % 31} in it"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sweep_killed_at_any_moment_goes_on_to_the_same_table()
    {
        var whole = await Llmeff.RunAsync("p2", "sweep", "--config", _folder.File("sweep.json"), "--out", _folder.File("whole"), "--json");
        Assert.Equal(0, whole.ExitCode);
        Assert.Equal((2, 6), Counts(whole.Output));
        foreach (var (file, grace) in new[] { ("run.json", 30), ("bases/a-s1/run.json", 40), ("bases/a-s1/model", 0), ("cells/a-2-4-s1/run/metrics.jsonl", 0) })
        {
            using var process = new LlmeffProcess("p2", "sweep", "--config", _folder.File("sweep.json"), "--out", _folder.File("killed"), "--workers", "2");
            while (!Path.Exists(_folder.File($"killed/{file}")) && !process.Process.HasExited)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            await Task.Delay(grace, TestContext.Current.CancellationToken);
            process.Process.Kill();
            await process.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var rest = await Llmeff.RunAsync("p2", "sweep", "--config", _folder.File("sweep.json"), "--out", _folder.File("killed"), "--json");
        Assert.Equal((0, (2, 6)), (rest.ExitCode, Counts(rest.Output)));
        Assert.Equal(Stable("whole"), Stable("killed"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.File("killed/cells/a-2-4-s1"), "*.tmp"));
    }

    [Fact]
    public async Task What_is_missing_is_told_in_a_line()
    {
        var without = await Llmeff.RunAsync("p2", "sweep", "--config", _folder.File("sweep.json"));
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("--out", without.Error, StringComparison.Ordinal);
        var workers = await Llmeff.RunAsync("p2", "sweep", "--config", _folder.File("sweep.json"), "--out", _folder.File("x"), "--workers", "0");
        Assert.Equal(3, workers.ExitCode);
        var size = await Llmeff.RunAsync("p2", "sweep", "--config", _folder.File("sweep.json"), "--out", _folder.File("x"), "sizes[0].heads=3");
        Assert.Equal(3, size.ExitCode);
        Assert.Contains("sizes: heads is 3", size.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("x")));
    }

    private static (int Done, int Rows) Counts(string output)
    {
        using var json = JsonDocument.Parse(output);
        return (json.RootElement.GetProperty("done").GetInt32(), json.RootElement.GetProperty("rows").GetInt32());
    }

    // Without the last two columns: time and memory.
    private string[] Stable(string name) => [.. File.ReadAllLines(_folder.File($"{name}/sweep.csv")).Select(line => string.Join(',', line.Split(',')[..^2]))];
}
