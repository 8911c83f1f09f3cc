using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Says in one line each what is wrong with a command line.</summary>
internal static partial class UsageErrors
{
    /// <summary>Writes the errors, what may have been meant, and where help is.</summary>
    public static async Task WriteAsync(ParseResult parsed, ParseErrorAction action, TextWriter error)
    {
        using var text = new StringWriter();
        action.ShowHelp = false;
        await parsed.InvokeAsync(new InvocationConfiguration { Output = text, Error = text }).ConfigureAwait(false);
        var lines = ListItem().Replace(text.ToString(), " ").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines)
        {
            await error.WriteLineAsync($"llmeff: {TypeName().Replace(line, match => Word(match.Groups["type"].Value))}").ConfigureAwait(false);
        }

        var commands = new List<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            commands.Insert(0, at.Parent is null ? "llmeff" : at.Command.Name);
        }

        await error.WriteLineAsync($"llmeff: see '{string.Join(' ', commands)} --help'").ConfigureAwait(false);
    }

    private static string Word(string type) => type switch
    {
        "Double" => "a number",
        "UInt64" => "a whole number of 0 or more",
        _ => "a whole number",
    };

    [GeneratedRegex(@"\s*\n[\t ]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ListItem();

    [GeneratedRegex(@"type '(System\.Nullable`1\[)?System\.(?<type>Double|Int32|Int64|UInt64)\]?'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeName();
}
