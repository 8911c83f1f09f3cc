using System.CommandLine;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.SparseRL.Objectives;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Lists the named objectives.</summary>
internal static class RlObjectivesCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "Print the settings of this one as JSON", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add([.. ObjectivePresets.All.Select(preset => preset.Name)]);
        var command = new Command("objectives", "List the named objectives, or print the settings of one.") { name };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(name) is { } one)
            {
                output.WriteLine(SettingsText.Write(ObjectivePresets.Get(one), RlJson.Default.ObjectiveSettings));
                return;
            }

            foreach (var preset in ObjectivePresets.All)
            {
                output.WriteLine($"{preset.Name,-14} {preset.Summary}");
            }
        });
        return command;
    }
}
