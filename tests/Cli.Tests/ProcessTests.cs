using System.Runtime.InteropServices;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed partial class ProcessTests
{
    private const int Interrupt = 2;

    [Fact]
    public async Task Ctrl_C_keeps_the_text_and_exits_with_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        using var process = new LlmeffProcess("generate", "Once", "--ignore-eos", "-n", "100000");
        var first = new char[1];
        Assert.Equal(1, await process.Process.StandardOutput.ReadAsync(first, TestContext.Current.CancellationToken));
        Assert.Equal(0, Signal(process.Process.Id, Interrupt));
        var (code, rest, error) = await process.EndAsync();
        Assert.Equal(130, code);
        Assert.EndsWith("\n", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_keeps_the_answers_of_a_chat_for_later_drafts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        using var folder = new TemporaryFolder();
        var cache = folder.File("answers.cache");
        using var process = new LlmeffProcess("chat", "--ignore-eos", "-n", "100000", "--speculate", "auto", "--draft-cache", cache);
        await process.Process.StandardInput.WriteLineAsync("Once");
        await process.Process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var first = new char[1];
        Assert.Equal(1, await process.Process.StandardOutput.ReadAsync(first, TestContext.Current.CancellationToken));
        Assert.Equal(0, Signal(process.Process.Id, Interrupt));
        await process.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.Process.ExitCode);
        var info = await Llmeff.RunAsync("sam", "cache", "info", cache, "--json");
        Assert.Contains("\"name\":\"default\"", info.Output, StringComparison.Ordinal);
        Assert.Contains("\"answers\":1", info.Output, StringComparison.Ordinal);
        Assert.Equal([cache], Directory.GetFiles(folder.FullPath));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    public async Task Libtorch_computes_with_the_threads_that_were_asked_for_before_it_was_loaded(string threads)
    {
        using var process = new LlmeffProcess(
            "bench", "decode", "-m", "llmeff-tiny-0.3m", "--engine", "torch", "--threads", threads, "--k", "1", "--context", "8", "--seconds", "0", "--no-keep", "--json");
        var (code, output, error) = await process.EndAsync();
        Assert.True(code == 0, error);
        Assert.Contains($"\"torch cpu float32, threads {threads}\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_goes_away_causes_no_trace()
    {
        using var process = new LlmeffProcess("generate", "Once", "-m", "llmeff-tiny-0.3m", "--ignore-eos", "-n", "300");
        var first = new char[1];
        Assert.Equal(1, await process.Process.StandardOutput.ReadAsync(first, TestContext.Current.CancellationToken));
        process.Process.StandardOutput.Close();
        await process.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var error = await process.Process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.NotEqual(134, process.Process.ExitCode);
    }

    [Fact]
    public async Task The_prompt_comes_through_a_pipe_and_the_output_has_no_control_characters()
    {
        using var process = new LlmeffProcess("tokenize", "-", "--json");
        await process.Process.StandardInput.WriteAsync("größer");
        var (code, output, error) = await process.EndAsync();
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("\"text\":\"größer\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain(output.TrimEnd(), char.IsControl);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
