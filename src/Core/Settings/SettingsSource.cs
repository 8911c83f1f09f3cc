using System.Globalization;
using System.Text;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Settings;

/// <summary>A text that settings come from: a file, or one override.</summary>
/// <param name="name">The file as it was given, or the override as it was typed; the culprit of messages.</param>
/// <param name="folder">What <c>${config}</c> stands for; null where no file is read.</param>
/// <param name="text">The whole text in UTF-8.</param>
/// <param name="hasLines">Whether line and column help to find a place.</param>
internal sealed class SettingsSource(string name, string? folder, ReadOnlyMemory<byte> text, bool hasLines)
{
    /// <summary>The placeholder of the folder a settings file lies in.</summary>
    public const string Placeholder = "${config}";

    /// <summary>Gets what wrote values that nobody set.</summary>
    public static SettingsSource Defaults { get; } = new("defaults", null, default, hasLines: false);

    public string Name => name;

    public string? Folder => folder;

    public ReadOnlyMemory<byte> Text => text;

    /// <summary>Makes the error for one place, for the caller to throw.</summary>
    public LlmEfficiencyException Refuse(int offset, string problem, ErrorKind kind = ErrorKind.Configuration) =>
        new(kind, $"{Place(offset)}: {problem}");

    /// <summary>Puts the folder in the place of its placeholder.</summary>
    public string Expand(string value, int offset)
    {
        if (!value.Contains(Placeholder, StringComparison.Ordinal))
        {
            return value;
        }

        return folder is null
            ? throw Refuse(offset, $"{Placeholder} is the folder of a settings file, and none is read: write the path")
            : value.Replace(Placeholder, folder, StringComparison.Ordinal);
    }

    private string Place(int offset)
    {
        if (!hasLines)
        {
            return name;
        }

        var before = text.Span[..Math.Min(offset, text.Length)];
        var line = before.Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{name}:{line}:{column}");
    }
}
