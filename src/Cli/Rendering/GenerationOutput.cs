using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Core.Generation;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>
/// Shows generated text: one prompt's as it comes, several prompts' one after the other, or a JSON line for each.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="model">The model's name.</param>
/// <param name="prompts">The prompts as the user gave them.</param>
/// <param name="isJson">Whether a script reads it.</param>
internal sealed class GenerationOutput(TextWriter output, string model, IReadOnlyList<string> prompts, bool isJson)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool Streams => !isJson && prompts.Count == 1;

    /// <summary>Takes a piece that became known.</summary>
    public void OnPiece(GeneratedPiece piece)
    {
        if (Streams)
        {
            output.Write(piece.Text);
            output.Flush();
        }
    }

    /// <summary>Shows what is left to show.</summary>
    public void Finish(GenerationOutcome outcome)
    {
        if (Streams)
        {
            output.WriteLine();
            return;
        }

        for (var row = 0; row < outcome.Results.Count; row++)
        {
            output.WriteLine(isJson ? Json(prompts[row], outcome.Results[row], outcome.Report) : prompts[row] + outcome.Results[row].Text);
        }
    }

    private string Json(string prompt, GenerationResult result, GenerationReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteString("prompt", prompt);
            WriteIds(json, "prompt_ids", result.Prompt);
            json.WriteString("text", result.Text);
            WriteIds(json, "token_ids", result.TokenIds);
            json.WriteString("finish_reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(result.Finish.ToString()));
            WriteLogProbabilities(json, result);
            json.WritePropertyName("timings");
            json.WriteRawValue(report.ToJson());
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IReadOnlyList<int> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
    }

    private static void WriteLogProbabilities(Utf8JsonWriter json, GenerationResult result)
    {
        if (result.LogProbabilities is null)
        {
            return;
        }

        json.WriteStartArray("logprobs");
        foreach (var token in result.LogProbabilities)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteNumber("model", token.ModelLogProbability);
            json.WriteNumber("sampling", token.SamplingLogProbability);
            json.WriteStartArray("top");
            foreach (var (id, logProbability) in token.Alternatives)
            {
                json.WriteStartObject();
                json.WriteNumber("id", id);
                json.WriteNumber("model", logProbability);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
