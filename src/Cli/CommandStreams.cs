using System.CommandLine;

namespace LlmEfficiency.Cli;

/// <summary>What a run of the command reads from and writes to.</summary>
internal sealed class CommandStreams : InvocationConfiguration
{
    /// <summary>Gets standard input.</summary>
    public required TextReader Input { get; init; }

    /// <summary>Gets whether a person types the input, so that a prompt sign helps.</summary>
    public bool IsPerson { get; init; }

    /// <summary>Gets the streams of a run.</summary>
    public static CommandStreams Of(ParseResult parsed) => (CommandStreams)parsed.InvocationConfiguration;
}
