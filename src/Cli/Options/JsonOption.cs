using System.CommandLine;

namespace LlmEfficiency.Cli.Options;

/// <summary>Whether a script reads the result.</summary>
internal static class JsonOption
{
    /// <summary>Makes the option for one command.</summary>
    public static Option<bool> Create() => new("--json") { Description = "Print JSON for scripts" };
}
