using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("nope")]
    [InlineData("completion")]
    [InlineData("completion", "tcsh")]
    public async Task A_wrong_command_line_is_one_usage_error_and_prints_no_result(params string[] args)
    {
        var run = await Llmeff.RunAsync(args);
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.NotEmpty(run.Error);
        Assert.DoesNotContain("Usage:", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", "complete -o default")]
    [InlineData("zsh", "#compdef llmeff")]
    [InlineData("fish", "complete -c llmeff")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Every_shell_has_its_completion_script(string shell, string line)
    {
        var run = await Llmeff.RunAsync("completion", shell);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(line, run.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_completion_scripts_ask_for_words_that_fit()
    {
        var run = await Llmeff.RunAsync("[suggest:19]", "llmeff completion b");
        Assert.Equal("bash", run.Output.Trim());
    }

    [Fact]
    public async Task Arguments_can_come_from_a_file()
    {
        using var folder = new Testing.TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("arguments"), "completion\nfish\n", TestContext.Current.CancellationToken);
        var run = await Llmeff.RunAsync($"@{folder.File("arguments")}");
        Assert.Equal(0, run.ExitCode);
    }
}
