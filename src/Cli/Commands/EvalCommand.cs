using System.CommandLine;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Measures models.</summary>
internal static class EvalCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create() => new("eval", "Measure how good a model is.")
    {
        EvalPerplexityCommand.Create(),
        EvalAccuracyCommand.Create(),
    };
}
