using System.Text.RegularExpressions;
using LlmEfficiency.Testing;

namespace LlmEfficiency.Architecture.Tests;

/// <summary>The arrows that <c>docs/architecture.md</c> draws.</summary>
internal static partial class ArrowDrawing
{
    public static ILookup<string, string> Read() =>
        Arrow().Matches(File.ReadAllText(Path.Join(Repository.Root, "docs", "architecture.md")))
            .ToLookup(m => m.Groups["from"].Value, m => m.Groups["to"].Value, StringComparer.Ordinal);

    [GeneratedRegex(@"^\s*(?<from>[\w.]+) --> (?<to>[\w.]+)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Arrow();
}
