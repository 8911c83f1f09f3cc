using System.Text;
using System.Text.Json;
using LlmEfficiency.P2Law.Sweeps;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>How a sweep ended, for people and scripts.</summary>
internal static class SweepResultText
{
    /// <summary>Writes the result.</summary>
    public static void Write(TextWriter output, string folder, SweepOutcome outcome, bool isJson) =>
        output.WriteLine(isJson ? Json(folder, outcome) : Text(outcome));

    private static string Text(SweepOutcome outcome)
    {
        var end = outcome.Stop is not null ? "; stopped and saved, the same command goes on"
            : outcome.Failures.Count > 0 ? $"; {outcome.Failures.Count} failed" : string.Empty;
        return $"{outcome.Done} of {outcome.Total} cells, {outcome.Rows} losses in {outcome.Table}{end}";
    }

    private static string Json(string folder, SweepOutcome outcome)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("sweep", folder);
            json.WriteString("table", outcome.Table);
            json.WriteNumber("cells", outcome.Total);
            json.WriteNumber("done", outcome.Done);
            json.WriteNumber("rows", outcome.Rows);
            json.WriteString("stop", outcome.Stop?.ToString().ToLowerInvariant());
            json.WriteStartArray("failures");
            foreach (var (name, problem) in outcome.Failures)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("problem", problem.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
