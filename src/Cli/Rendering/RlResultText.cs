using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>How a run of reinforcement learning ended, for people and scripts.</summary>
internal static class RlResultText
{
    /// <summary>Writes the result.</summary>
    public static void Write(TextWriter output, string folder, RlOutcome outcome, bool isJson) =>
        output.WriteLine(isJson ? Json(folder, outcome) : Text(folder, outcome));

    private static string Text(string folder, RlOutcome outcome)
    {
        var state = outcome.State;
        var best = state.BestAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $", best accuracy {accuracy:F3} at iteration {state.BestIteration}")
            : string.Empty;
        var end = outcome.Stop is null
            ? $"the policy is in {outcome.ModelFolder}"
            : $"stopped and saved; go on with: llmeff rl train --resume {folder}";
        return string.Create(CultureInfo.InvariantCulture, $"iteration {state.Iteration}, {state.Tokens} tokens drawn{best}: {end}");
    }

    private static string Json(string folder, RlOutcome outcome)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("run", folder);
            json.WriteNumber("iteration", outcome.State.Iteration);
            json.WriteNumber("updates", outcome.State.Updates);
            json.WriteNumber("skipped_updates", outcome.State.SkippedUpdates);
            json.WriteNumber("tokens", outcome.State.Tokens);
            json.WriteNumber("next_prompt", outcome.State.NextPrompt);
            json.WritePropertyName("best_accuracy");
            JsonSerializer.Serialize(json, outcome.State.BestAccuracy, RlJson.Default.NullableDouble);
            json.WritePropertyName("best_iteration");
            JsonSerializer.Serialize(json, outcome.State.BestIteration, RlJson.Default.NullableInt64);
            json.WriteString("stop", outcome.Stop?.ToString().ToLowerInvariant());
            json.WriteString("model", outcome.ModelFolder);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
