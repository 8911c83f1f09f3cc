using System.CommandLine;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Prune, post-train, fit a scaling law, plan the budget.</summary>
internal static class P2Command
{
    /// <summary>Builds the command.</summary>
    public static Command Create() => new("p2", "Scaling laws of pruned and post-trained models: sweep, fit, predict, plan, test the claims.")
    {
        P2SweepCommand.Create(), P2FitCommand.Create(), P2PredictCommand.Create(), P2PlanCommand.Create(), P2ReportCommand.Create(), P2ClaimsCommand.Create(),
        P2LawsCommand.Create(),
    };
}
