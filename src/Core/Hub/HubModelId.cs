using System.Text.RegularExpressions;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>The name of a model on a hub.</summary>
/// <param name="Repository"><c>org/name</c>, or a lone <c>name</c> for the oldest models.</param>
/// <param name="Revision">A branch, tag or commit.</param>
public sealed partial record HubModelId(string Repository, string Revision)
{
    /// <summary>Reads <c>org/name[@revision]</c>; the revision is <c>main</c> unless given.</summary>
    /// <exception cref="LlmEfficiencyException">The text is no such name.</exception>
    public static HubModelId Parse(string text) => TryParse(text) ?? throw new LlmEfficiencyException(
        ErrorKind.Input, $"'{text}' is no model name: write org/name or org/name@revision with letters, digits, '-', '_' and '.'");

    /// <summary>Reads <c>org/name[@revision]</c>, or returns null.</summary>
    public static HubModelId? TryParse(string text)
    {
        var match = Form().Match(text);
        return match.Success && !text.Contains("..", StringComparison.Ordinal)
            && !match.Groups["repository"].Value.Contains("--", StringComparison.Ordinal)
            ? new HubModelId(match.Groups["repository"].Value, match.Groups["revision"] is { Success: true, Value: var r } ? r : "main")
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Revision == "main" ? Repository : $"{Repository}@{Revision}";

    [GeneratedRegex(
        @"\A(?<repository>([A-Za-z0-9_][A-Za-z0-9_.-]{0,95}/)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,95})(@(?<revision>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}){0,3}))?\z",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Form();
}
