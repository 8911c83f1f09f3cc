using System.CommandLine;
using LlmEfficiency.Cli.Commands;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class RunCommandTests
{
    [Fact]
    public void A_new_run_gets_what_the_command_line_says()
    {
        var (code, _, request) = Run("name=x", "--out", "r", "--device", "cpu", "--json");
        Assert.Equal((5, new ProbeSettings { Name = "x" }), (code, request!.Settings));
        Assert.Equal(("r", false, true, ComputeDevice.Cpu), (request.Folder, request.IsResumed, request.IsJson, request.Device));
    }

    [Fact]
    public void A_run_that_goes_on_has_the_settings_of_its_folder()
    {
        var (_, _, request) = Run("--resume", "r", "--device", "cpu", "count=9");
        Assert.Equal(new ProbeSettings { Name = "saved in r", Count = 9 }, request!.Settings);
        Assert.Equal(("r", true, false), (request.Folder, request.IsResumed, request.IsJson));
    }

    [Theory]
    [InlineData("name=x")]
    [InlineData("name=x", "--out", "r", "--resume", "r")]
    public void A_run_has_one_folder(params string[] args) =>
        Assert.Equal(ErrorKind.Usage, Assert.Throws<LlmEfficiencyException>(() => Run(args)).Kind);

    [Theory]
    [InlineData("\"name\": \"x\"", "name=x", "--print-config")]
    [InlineData("\"name\": \"saved in r\"", "--resume", "r", "--print-config")]
    [InlineData("name: text; must be set", "--help-config")]
    public void A_question_needs_no_folder_and_starts_nothing(string answer, params string[] args)
    {
        var (code, output, request) = Run(args);
        Assert.Equal((0, null), (code, request));
        Assert.Contains(answer, output, StringComparison.Ordinal);
    }

    private static (int Code, string Output, RunRequest<ProbeSettings>? Request) Run(params string[] args)
    {
        using var output = new StringWriter();
        RunRequest<ProbeSettings>? seen = null;
        var command = RunCommand.Create(
            new DocumentedCommand("probe", "Probe.") { Examples = [] },
            ProbeJson.Default.ProbeSettings,
            folder => SettingsText.ToElement(new ProbeSettings { Name = $"saved in {folder}" }, ProbeJson.Default.ProbeSettings),
            request =>
            {
                seen = request;
                return 5;
            });
        var code = command.Parse(args).Invoke(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
        return (code, output.ToString(), seen);
    }
}
