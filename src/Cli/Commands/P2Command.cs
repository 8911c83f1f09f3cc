using System.CommandLine;

namespace LlmEfficiency.Cli.Commands;

/// <summary>The scaling law of post-training after pruning.</summary>
internal static class P2Command
{
    /// <summary>Builds the command.</summary>
    public static Command Create() => new("p2", "The scaling law of post-training after pruning (P2 Law).")
    {
        P2SweepCommand.Create(),
    };
}
