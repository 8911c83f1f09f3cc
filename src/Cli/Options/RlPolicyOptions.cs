using System.CommandLine;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Cli.Options;

/// <summary>Which policy is asked: that of a run, or one that settings name; and where it runs.</summary>
internal sealed class RlPolicyOptions
{
    private readonly SettingsOptions<RlSettings> _settings = new(RlJson.Default.RlSettings);

    private readonly Option<string?> _run = new("--run") { Description = "Take settings and trained policy of the run in this folder", HelpName = "RUN" };

    private readonly Option<string> _device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N",
        DefaultValueFactory = _ => "auto",
        HelpName = "DEVICE",
    };

    private readonly Option<int?> _threads = new("--threads") { Description = "How many threads compute; one per core by default", HelpName = "N" };

    /// <summary>Adds the options and the argument to a command.</summary>
    public void AddTo(Command command)
    {
        _settings.AddTo(command);
        foreach (var option in new Option[] { _run, _device, _threads })
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the settings, unless the user only asks what they are; then the answer is printed.</summary>
    /// <returns>The settings; null if all is done.</returns>
    /// <exception cref="LlmEfficiencyException">The run is not there, or a setting cannot be used.</exception>
    public RlSettings? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_run) is not { } path)
        {
            return _settings.Read(parsed);
        }

        using var folder = RunFolder.Open(path, readOnly: true);
        RlRunSettings.Read(folder);
        var settings = _settings.Read(parsed, folder.Manifest.Settings);
        var model = Path.Combine(folder.FullPath, "model");
        return settings is null || settings.Model.From != RlRunSettings.Read(folder).Model.From ? settings
            : Directory.Exists(model) ? settings with { Model = settings.Model with { From = model } }
            : throw new LlmEfficiencyException(
                ErrorKind.Input, $"{path}: the run has no policy yet: let it come to its end, or name a checkpoint's model with model.from=");
    }

    /// <summary>Returns where the policy runs.</summary>
    public RlHost Host(ParseResult parsed) => new(
        ComputeDevice.Parse(parsed.GetRequiredValue(_device)),
        parsed.GetValue(_threads) is { } count ? TorchThreads.Checked(count) : TorchThreads.Default,
        TimeProvider.System);
}
