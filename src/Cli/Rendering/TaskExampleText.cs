using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>An example of a task as a person reads it, or as a line that any trainer reads.</summary>
internal static class TaskExampleText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an example: text with a blank line behind it, or one line of JSON with <c>messages</c> or <c>text</c>.</summary>
    public static void Write(TextWriter output, TaskExample example, bool isJson)
    {
        if (isJson)
        {
            output.WriteLine(Json(example));
            return;
        }

        foreach (var message in example.Messages ?? [])
        {
            output.WriteLine(message.Content);
        }

        if (example.Text is not null)
        {
            output.WriteLine(example.Text);
        }

        output.WriteLine();
    }

    private static string Json(TaskExample example)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("kind", example.Kind);
            if (example.Messages is { } messages)
            {
                json.WriteStartArray("messages");
                foreach (var message in messages)
                {
                    json.WriteStartObject();
                    json.WriteString("role", message.Role);
                    json.WriteString("content", message.Content);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
            else
            {
                json.WriteString("text", example.Text);
            }

            if (example.Choices is { } choices)
            {
                json.WriteStartArray("choices");
                foreach (var choice in choices)
                {
                    json.WriteStringValue(choice);
                }

                json.WriteEndArray();
                json.WriteNumber("correct", example.Correct);
            }

            json.WriteString("answer", example.Answer);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
