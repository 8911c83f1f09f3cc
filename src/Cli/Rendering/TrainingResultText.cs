using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>How a training run ended, for people and scripts.</summary>
internal static class TrainingResultText
{
    /// <summary>Writes the result.</summary>
    public static void Write(TextWriter output, string folder, TrainingOutcome outcome, bool isJson)
    {
        output.WriteLine(isJson ? Json(folder, outcome) : Text(folder, outcome));
    }

    private static string Text(string folder, TrainingOutcome outcome)
    {
        var state = outcome.State;
        var best = state.BestLoss is { } loss
            ? string.Create(CultureInfo.InvariantCulture, $", best validation loss {loss:F4} at step {state.BestStep}")
            : string.Empty;
        var end = outcome.Stop is null
            ? $"the model is in {outcome.ModelFolder}"
            : $"stopped and saved; go on with: llmeff train --resume {folder}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {state.Step}, {state.Tokens} tokens{best}{(outcome.IsEarly ? ", no improvement any more" : string.Empty)}: {end}");
    }

    private static string Json(string folder, TrainingOutcome outcome)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("run", folder);
            json.WriteNumber("step", outcome.State.Step);
            json.WriteNumber("tokens", outcome.State.Tokens);
            json.WriteNumber("next_sample", outcome.State.NextSample);
            WriteNumber(json, "best_validation_loss", outcome.State.BestLoss);
            WriteNumber(json, "best_step", outcome.State.BestStep);
            json.WriteString("stop", outcome.Stop?.ToString().ToLowerInvariant());
            json.WriteBoolean("early", outcome.IsEarly);
            json.WriteString("model", outcome.ModelFolder);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
