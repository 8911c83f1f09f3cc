using System.Runtime.InteropServices;
using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed partial class RlTrainTests
{
    private const int Interrupt = 2;
    private const int KilledAfter = 6;

    private static readonly string Recipe = Path.Join(Repository.Root, "recipes", "rl-walk.json");

    private static readonly string[] Logs = ["metrics.jsonl", "rollouts.jsonl"];

    // Prompts of 18 tokens and answers of up to 14: those of more than 6 are drawn from a compressed cache.
    private static readonly string[] Small =
    [
        "prompts.count=40", "rollout.n=2", "rollout.max_response_length=14", "rollout.batch=4", "rollout.cache.budget=20", "rollout.cache.interval=4",
        "training.prompts_per_iteration=2", "training.updates_per_iteration=2", "training.tokens_per_shard=128",
        "evaluation.every=5", "evaluation.prompts=2", "evaluation.caches=[]", "checkpoints.every=4",
    ];

    [Fact]
    public async Task A_run_killed_in_the_middle_goes_on_to_the_bytes_of_an_undisturbed_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        using var folder = new TemporaryFolder();
        var (whole, killed) = (folder.File("whole"), folder.File("killed"));
        Assert.Equal(0, (await Llmeff.RunAsync(Begin(whole, 20))).ExitCode);
        using (var process = new LlmeffProcess(Begin(killed, 20)))
        {
            await Reach(process, killed, KilledAfter);
            process.Process.Kill();
            Assert.NotEqual(0, (await process.EndAsync()).ExitCode);
        }

        Assert.False(Directory.Exists(Path.Join(killed, "model")));
        Assert.Equal(0, (await Llmeff.RunAsync("rl", "train", "--resume", killed, "--threads", "2")).ExitCode);
        Assert.All([.. Logs, "model/model.safetensors"], file => AssertSame(whole, killed, file));
    }

    [Fact]
    public async Task Ctrl_C_saves_a_checkpoint_from_which_the_run_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        using var folder = new TemporaryFolder();
        var (whole, stopped) = (folder.File("whole"), folder.File("stopped"));
        long iteration;
        using (var process = new LlmeffProcess(Begin(stopped, 1_000_000)))
        {
            await Reach(process, stopped, 2);
            Assert.Equal(0, Signal(process.Process.Id, Interrupt));
            var (exit, output, _) = await process.EndAsync();
            Assert.Equal(130, exit);
            var result = JsonDocument.Parse(output).RootElement;
            Assert.Equal("interrupt", result.GetProperty("stop").GetString());
            iteration = result.GetProperty("iteration").GetInt64();
        }

        Assert.True(Directory.Exists(Path.Join(stopped, "checkpoints", $"step-{iteration:D8}")));
        Assert.Equal(0, (await Llmeff.RunAsync("rl", "train", "--resume", stopped, $"training.iterations={iteration + 2}")).ExitCode);
        Assert.Equal(0, (await Llmeff.RunAsync(Begin(whole, iteration + 2))).ExitCode);
        Assert.All([.. Logs, "model/model.safetensors"], file => AssertSame(whole, stopped, file));
    }

    private static string[] Begin(string folder, long iterations) =>
        ["rl", "train", "--config", Recipe, "--out", folder, "--json", .. Small, $"training.iterations={iterations}"];

    private static async Task Reach(LlmeffProcess process, string run, int iterations)
    {
        var journal = Path.Join(run, Logs[1]);
        while (!process.Process.HasExited && (!File.Exists(journal) || Iterations(journal) < iterations))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    // The process may be in the middle of a line.
    private static int Iterations(string journal)
    {
        using var file = new StreamReader(new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd().Count(letter => letter == '\n') / 4;
    }

    private static void AssertSame(string expected, string found, string file) =>
        Assert.Equal(File.ReadAllBytes(Path.Join(expected, file)), File.ReadAllBytes(Path.Join(found, file)));

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
