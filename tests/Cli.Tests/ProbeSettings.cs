using System.ComponentModel;

namespace LlmEfficiency.Cli.Tests;

/// <summary>Settings of a command that only tests have.</summary>
internal sealed record ProbeSettings
{
    public string Kind { get; init; } = "probe";

    [Description("How often.")]
    public int Count { get; init; } = 3;

    public required string Name { get; init; }
}
