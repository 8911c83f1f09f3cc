using System.Text.Json;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1, "--nope", "generate", "Hi", "--nope")]
    [InlineData(1, "--nope=3", "generate", "--nope=3", "-n", "1")]
    [InlineData(1, "-q", "chat", "-q")]
    [InlineData(1, "generate", "generat")]
    [InlineData(1, "no prompt", "generate")]
    [InlineData(1, "a number", "generate", "Hi", "--temperature", "warm")]
    [InlineData(1, "a whole number", "generate", "Hi", "-n", "many")]
    [InlineData(1, "xpu", "generate", "Hi", "--device", "xpu")]
    [InlineData(1, "fp8", "generate", "Hi", "--dtype", "fp8")]
    [InlineData(1, "contradict", "generate", "Hi", "--greedy", "--top-k", "3")]
    [InlineData(1, "llama-15m", "model", "init", "nope", "x")]
    [InlineData(2, "no file or folder", "generate", "Hi", "-m", "./none/at/all")]
    [InlineData(2, "no file or folder", "generate", "Hi", "-m", "")]
    [InlineData(2, "no file or folder", "generate", "Hi", "-m", "none/such-model")]
    [InlineData(2, "no config.json", "generate", "Hi", "-m", ".")]
    [InlineData(2, "name the folder", "generate", "Hi", "-m", "text")]
    [InlineData(2, "no config.json", "model", "info", ".")]
    [InlineData(2, "no config.json", "model", "verify", ".")]
    [InlineData(2, "cannot be read", "generate", "--prompts", ".")]
    [InlineData(2, "prompt 0 is empty", "generate", "")]
    [InlineData(2, "not empty", "model", "init", "tiny", ".")]
    [InlineData(3, "MaxTokens is -1", "generate", "Hi", "-n", "-1")]
    [InlineData(3, "Temperature is -1", "generate", "Hi", "--temperature", "-1")]
    [InlineData(3, "TopP is NaN", "generate", "Hi", "--top-p", "NaN")]
    [InlineData(3, "--threads is 0", "generate", "Hi", "--threads", "0")]
    [InlineData(3, "--threads is 100000", "generate", "Hi", "--threads", "100000")]
    [InlineData(3, "--max-shard-mb is 0", "model", "convert", ".", "x", "--max-shard-mb", "0")]
    [InlineData(3, "--max-shard-mb is 99999999999999", "model", "convert", ".", "x", "--max-shard-mb", "99999999999999")]
    [InlineData(6, "cannot be written", "model", "init", "tiny", "text/x")]
    public async Task A_failure_has_its_code_and_its_lines_name_the_culprit(int code, string said, params string[] args)
    {
        await File.WriteAllTextAsync(_folder.File("text"), "some text", TestContext.Current.CancellationToken);
        var run = await Llmeff.RunAsync([.. args.Select(arg => arg is "." or "text" or "x" or "text/x" ? _folder.File(arg) : arg)]);
        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.All(run.Error.TrimEnd().Split('\n'), line => Assert.StartsWith("llmeff: ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_weights_are_named_with_the_offset()
    {
        await Make();
        await using (var file = File.OpenWrite(_folder.File("m/model.safetensors")))
        {
            file.SetLength(file.Length - 100);
        }

        var run = await Llmeff.RunAsync("generate", "Hi", "-m", _folder.File("m"));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Matches(@"^llmeff: .*model\.safetensors: at \d+: .+\n$", run.Error.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("config.json", "{")]
    [InlineData("config.json", "[]")]
    [InlineData("generation_config.json", "{\"temperature\": \"x\"}")]
    [InlineData("tokenizer.json", "{}")]
    [InlineData("tokenizer_config.json", "{\"chat_template\": \"{% for\"}")]
    public async Task A_damaged_part_is_named(string file, string content)
    {
        await Make();
        await File.WriteAllTextAsync(_folder.File($"m/{file}"), content, TestContext.Current.CancellationToken);
        var run = await Llmeff.RunAsync("generate", "Hi", "-m", _folder.File("m"));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(file, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_an_environment_error()
    {
        var doctor = JsonSerializer.Deserialize<JsonElement>((await Llmeff.RunAsync("doctor", "--json")).Output);
        Assert.SkipWhen(doctor.GetProperty("cuda").GetProperty("devices").GetArrayLength() > 0, "has a GPU");
        var run = await Llmeff.RunAsync("generate", "Hi", "--device", "cuda");
        Assert.Equal(8, run.ExitCode);
        Assert.Contains("'cuda' cannot be used", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_command_is_one_line_and_exit_code_70()
    {
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(["doctor"], TextReader.Null, new BrokenWriter(new InvalidTimeZoneException("not\nforeseen")), error);
        Assert.Equal(CommandLine.Fault, code);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.Contains("InvalidTimeZoneException", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("LLMEFF_TRACE=1", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_takes_nothing_is_a_disk_error()
    {
        using var error = new StringWriter();
        var full = new BrokenWriter(new IOException("No space left on device"));
        Assert.Equal((int)Core.Errors.ErrorKind.Disk, await CommandLine.RunAsync(["tokenize", "Hi"], TextReader.Null, full, error));
        Assert.Equal("llmeff: the output cannot be written: No space left on device", error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Doctor_reports_for_people_and_for_scripts()
    {
        var text = await Llmeff.RunAsync("doctor");
        var json = await Llmeff.RunAsync("doctor", "--json");
        Assert.Equal((0, 0), (text.ExitCode, json.ExitCode));
        Assert.Contains("ready: models can run", text.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, JsonSerializer.Deserialize<JsonElement>(json.Output).GetProperty("host").GetProperty("physical_cores").GetInt32());
    }

    public void Dispose() => _folder.Dispose();

    private async Task Make() => Assert.Equal(0, (await Llmeff.RunAsync("model", "init", "tiny", _folder.File("m"))).ExitCode);

    private sealed class BrokenWriter(Exception problem) : StringWriter
    {
        public override void Write(char value) => throw problem;

        public override void Write(char[] buffer, int index, int count) => Write('x');

        public override void Write(string? value) => Write('x');

        public override void WriteLine(string? value) => Write('x');
    }
}
