using System.CommandLine;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class SettingsOptionsTests
{
    [Fact]
    public void The_command_line_holds_before_the_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.json"), """{"name":"a","count":1}""");
        var (settings, output) = Read(null, "--config", folder.File("a.json"), "count=2");
        Assert.Equal(new ProbeSettings { Name = "a", Count = 2 }, settings);
        Assert.Empty(output);
    }

    [Fact]
    public void A_run_that_goes_on_has_its_saved_settings_unless_a_file_is_given()
    {
        using var folder = new TemporaryFolder();
        var saved = SettingsText.ToElement(new ProbeSettings { Name = "saved", Count = 1 }, ProbeJson.Default.ProbeSettings);
        File.WriteAllText(folder.File("given.json"), """{"name":"given"}""");
        Assert.Equal(new ProbeSettings { Name = "saved", Count = 2 }, Read(saved, "count=2").Settings);
        Assert.Equal(new ProbeSettings { Name = "given" }, Read(saved, "-c", folder.File("given.json")).Settings);
    }

    [Fact]
    public void Printing_shows_what_would_hold_and_does_nothing()
    {
        var (settings, output) = Read(null, "name=x", "--print-config");
        Assert.Null(settings);
        Assert.Equal("{\n  \"kind\": \"probe\",\n  \"count\": 3,\n  \"name\": \"x\"\n}", output.Trim());
    }

    [Fact]
    public void Help_explains_every_setting_even_where_one_is_missing()
    {
        var (settings, output) = Read(null, "--help-config");
        Assert.Null(settings);
        Assert.Equal(
            ["kind: text; \"probe\" by default", "count: whole number; 3 by default", "    How often.", "name: text; must be set"],
            output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void An_unknown_setting_is_told_with_the_one_that_was_meant() => Assert.Equal(
        "coutn=1: unknown key 'coutn': did you mean 'count'?",
        Assert.Throws<LlmEfficiencyException>(() => Read(null, "name=x", "coutn=1")).Message);

    [Fact]
    public void The_shell_completes_keys()
    {
        var (command, _) = Create();
        Assert.Contains("count=", command.Parse("co").GetCompletions().Select(item => item.Label));
    }

    private static (ProbeSettings? Settings, string Output) Read(JsonElement? saved, params string[] args)
    {
        using var output = new StringWriter();
        var (command, options) = Create();
        ProbeSettings? settings = null;
        command.SetAction(parsed => { settings = options.Read(parsed, saved); });
        command.Parse(args).Invoke(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
        return (settings, output.ToString());
    }

    private static (Command Command, SettingsOptions<ProbeSettings> Options) Create()
    {
        var command = new Command("probe");
        var options = new SettingsOptions<ProbeSettings>(ProbeJson.Default.ProbeSettings);
        options.AddTo(command);
        return (command, options);
    }
}
