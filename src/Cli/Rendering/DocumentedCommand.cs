using System.CommandLine;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>A command whose help ends with examples.</summary>
/// <param name="name">The word on the command line.</param>
/// <param name="description">One line.</param>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Gets command lines that work as printed.</summary>
    public required IReadOnlyList<string> Examples { get; init; }
}
