using System.CommandLine;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.P2Law.Claims;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Says what a sweep shows of the paper's claims.</summary>
internal static class P2ClaimsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("SWEEP") { Description = "The table that 'p2 sweep' wrote" };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("claims", "Test the paper's claims T1 to T3 on a finished sweep, from its table alone.")
        {
            Examples = ["llmeff p2 claims sweep/sweep.csv", "llmeff p2 claims sweep/sweep.csv --json"],
        };
        command.Add(file);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var claims = SweepClaims.Read(parsed.GetRequiredValue(file));
            parsed.InvocationConfiguration.Output.WriteLine(
                parsed.GetValue(json) ? JsonSerializer.Serialize(claims, ClaimsJson.Default.SweepClaims) : ClaimsText.Format(claims));
        });
        return command;
    }
}
