using System.Runtime.InteropServices;
using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed partial class TrainTests
{
    private static readonly string Recipe = Path.Join(Repository.Root, "recipes", "train-tiny.json");

    private static readonly string[] Small =
    [
        "model.hidden_size=24", "model.inner_size=32", "model.layers=1", "model.heads=2", "model.key_value_heads=1",
        "training.tokens_per_step=4096", "evaluation.every=2", "checkpoints.every=0", "logging.every=1",
    ];

    [Fact]
    public async Task A_run_leaves_a_model_that_generates_and_a_resumed_run_ends_where_it_was()
    {
        using var folder = new TemporaryFolder();
        var run = await Llmeff.RunAsync(["train", "--config", Recipe, "--out", folder.File("run"), "--json", .. Small, "training.steps=3", "evaluation.tasks=[\"chat\"]", "evaluation.task_examples=2"]);
        Assert.Equal((0, 2), (run.ExitCode, File.ReadLines(folder.File("run/metrics.jsonl")).Count(line => line.Contains("\"chat_acc\":0", StringComparison.Ordinal))));
        var result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(3, result.GetProperty("step").GetInt32());
        Assert.True(result.GetProperty("best_validation_loss").GetDouble() is > 5 and < 9);
        var text = await Llmeff.RunAsync("generate", "Once", "-m", folder.File("run/model"), "-n", "4", "--json");
        Assert.Equal(0, text.ExitCode);
        Assert.Equal(result.ToString(), JsonDocument.Parse((await Llmeff.RunAsync("train", "--resume", folder.File("run"), "--json")).Output).RootElement.ToString());
    }

    [Theory]
    [InlineData(3, "did you mean 'learning_rate'?", "training.leaning_rate=1")]
    [InlineData(3, "training.steps is 0", "training.steps=0")]
    [InlineData(3, "task 'riddles' does not exist", "data.sources[0].task=riddles")]
    [InlineData(3, "do not fit in shards", "data.sequence_length=4096")]
    public async Task What_cannot_work_is_refused_before_a_folder_is_made(int code, string problem, string assignment)
    {
        using var folder = new TemporaryFolder();
        var run = await Llmeff.RunAsync(["train", "--config", Recipe, "--out", folder.File("run"), .. Small, assignment]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public async Task A_resumed_run_takes_no_settings_that_would_change_its_past()
    {
        using var folder = new TemporaryFolder();
        await Llmeff.RunAsync(["train", "--config", Recipe, "--out", folder.File("run"), .. Small, "training.steps=2"]);
        var refused = await Llmeff.RunAsync("train", "--resume", folder.File("run"), "training.learning_rate=1");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("settings.training.learning_rate", refused.Error, StringComparison.Ordinal);
        var run = await Llmeff.RunAsync("train", "--resume", folder.File("run"), "logging.tensor_board=true", "evaluation.documents=5");
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData(2, 130)]
    [InlineData(15, 130)]
    [InlineData(10, 0)]
    public async Task A_signal_saves_a_checkpoint_from_which_the_run_goes_on(int signal, int code)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers of signals are Linux's");
        using var folder = new TemporaryFolder();
        using var process = new LlmeffProcess(
            ["train", "--config", Recipe, "--out", folder.File("run"), "--json", .. Small, "training.steps=1000000", "evaluation.every=0"]);
        while (!File.Exists(folder.File("run/metrics.jsonl")) || new FileInfo(folder.File("run/metrics.jsonl")).Length == 0)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, Kill(process.Process.Id, signal));
        var (exit, output, _) = await process.EndAsync();
        Assert.Equal(code, exit);
        var stopped = JsonDocument.Parse(output).RootElement.GetProperty("step").GetInt64();
        Assert.Equal([$"step-{stopped:D8}"], Directory.GetDirectories(folder.File("run/checkpoints")).Select(Path.GetFileName));
        Assert.Equal(stopped, File.ReadLines(folder.File("run/metrics.jsonl")).LongCount());
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
