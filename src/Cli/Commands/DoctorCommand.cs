using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Diagnostics;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Says whether this machine can run models, and what to do if not.</summary>
internal static class DoctorCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var json = JsonOption.Create();
        var command = new DocumentedCommand(
            "doctor", "Say what this machine has for running models, and what is wrong.")
        {
            Examples = ["llmeff doctor", "llmeff doctor --json"],
        };
        command.Add(json);
        command.SetAction(parsed =>
        {
            var report = MachineReport.Collect();
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(report.ToJson());
            }
            else
            {
                MachineReportText.Write(output, report);
            }

            return report.IsHealthy ? 0 : (int)ErrorKind.Environment;
        });
        return command;
    }
}
