using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Cli.Options;

/// <summary>Settings from a file and from <c>key=value</c> on the command line, for one command.</summary>
/// <typeparam name="T">The settings.</typeparam>
/// <param name="type">How they are read and written.</param>
internal sealed class SettingsOptions<T>(JsonTypeInfo<T> type)
    where T : class
{
    private readonly Option<string?> _config = new("--config", "-c")
    {
        Description = "A settings file; 'llmeff recipes ls' lists some to begin with",
        HelpName = "FILE",
    };

    private readonly Argument<string[]> _overrides = new("key=value")
    {
        Description = "Settings that hold instead of the file's, such as training.steps=1000",
        HelpName = "key=value",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _prints = new("--print-config")
    {
        Description = "Print all settings as they would hold, and do nothing",
    };

    private readonly Option<bool> _explains = new("--help-config")
    {
        Description = "Explain every setting, and do nothing",
    };

    /// <summary>Adds the options and the argument to a command.</summary>
    public void AddTo(Command command)
    {
        _overrides.CompletionSources.Add(_ => SettingsKeys.Of(type).Select(key => new CompletionItem($"{key.Path}=")));
        command.Add(_config);
        command.Add(_overrides);
        command.Add(_prints);
        command.Add(_explains);
    }

    /// <summary>Returns whether the user only asks what the settings are.</summary>
    public bool IsQuestion(ParseResult parsed) => parsed.GetValue(_prints) || parsed.GetValue(_explains);

    /// <summary>Reads the settings, unless the user only asks what they are; then the answer is printed.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="saved">The settings of a run that goes on; they hold where no <c>--config</c> is given.</param>
    /// <returns>The settings; null if all is done.</returns>
    public T? Read(ParseResult parsed, JsonElement? saved = null)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_explains))
        {
            SettingsKeysText.Write(output, SettingsKeys.Of(type));
            return null;
        }

        var (path, overrides) = (parsed.GetValue(_config), parsed.GetValue(_overrides) ?? []);
        var settings = path is null && saved is { } element
            ? SettingsFile.Parse("the run's settings", Encoding.UTF8.GetBytes(element.GetRawText()), overrides, type)
            : SettingsFile.Read(path, overrides, type);
        if (parsed.GetValue(_prints))
        {
            output.WriteLine(SettingsText.Write(settings, type));
            return null;
        }

        return settings;
    }
}
