using System.CommandLine;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Lists the laws.</summary>
internal static class P2LawsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var command = new Command("laws", "List the laws that can be fitted.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(TextTable.Format(
        [
            ["law", "formula", "source"],
            .. LawList.All.Select(law => (string[])[law.Description.Name, law.Description.Formula, law.Description.Source]),
        ])));
        return command;
    }
}
