using System.Text.Json;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Training;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>Names the settings in which two stages of a sweep differ.</summary>
internal static class SweepChanges
{
    /// <summary>Compares two training runs.</summary>
    /// <param name="before">The settings that one was made with.</param>
    /// <param name="now">Those of the other.</param>
    /// <param name="free">How the names begin of those that may be others.</param>
    /// <returns>Names such as <c>model.hidden_size</c>, in order.</returns>
    public static string[] Of(RunSettings before, RunSettings now, params string[] free) => Of(
        SettingsText.ToElement(before, TrainingJson.Default.RunSettings), SettingsText.ToElement(now, TrainingJson.Default.RunSettings), free);

    /// <summary>Compares two prunings, as <see cref="Of(RunSettings, RunSettings, string[])"/> does.</summary>
    public static string[] Of(PruningSettings before, PruningSettings now, params string[] free) => Of(
        SettingsText.ToElement(before, PruningJson.Default.PruningSettings), SettingsText.ToElement(now, PruningJson.Default.PruningSettings), free);

    private static string[] Of(JsonElement before, JsonElement now, string[] free)
    {
        var (old, wanted) = (Leaves(before), Leaves(now));
        return
        [
            .. old.Keys.Union(wanted.Keys)
                .Where(key => old.GetValueOrDefault(key) != wanted.GetValueOrDefault(key) && !free.Any(start => key.StartsWith(start, StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static Dictionary<string, string> Leaves(JsonElement settings) => new(JsonLeaves.Of(settings, string.Empty));
}
