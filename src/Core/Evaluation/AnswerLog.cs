using System.Text.Json;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>Writes judged answers as JSON Lines: <c>task</c> and what <see cref="JudgedAnswer"/> has.</summary>
/// <param name="stream">Where they go; not disposed here.</param>
public sealed class AnswerLog(Stream stream)
{
    /// <summary>Returns who is to be told of the answers to a task.</summary>
    public Action<JudgedAnswer> Of(string task) => answer =>
    {
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("task", task);
            foreach (var property in JsonSerializer.SerializeToElement(answer, EvaluationJson.Default.JudgedAnswer).EnumerateObject())
            {
                property.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    };
}
