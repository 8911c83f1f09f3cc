using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>Makes documents of records by the names of their columns.</summary>
/// <param name="settings">The names; where there is none, the usual ones are looked for.</param>
internal sealed class RecordMapping(SourceSettings settings)
{
    private const string Text = "text";
    private const string Prompt = "prompt";
    private const string Completion = "completion";

    private static readonly string[] Conversations = ["messages", "conversations"];

    private readonly bool _isNamed = (settings.Text ?? settings.Prompt ?? settings.Completion ?? settings.Messages) is not null;

    /// <summary>Gets the columns that a document can be made of.</summary>
    public IReadOnlyList<string> Columns => _isNamed
        ? [.. new[] { settings.Text, settings.Messages, PromptName, CompletionName }.OfType<string>()]
        : [.. Conversations, Prompt, Completion, Text];

    private string? PromptName => settings.Prompt ?? (settings.Completion is null ? null : Prompt);

    private string? CompletionName => settings.Completion ?? (settings.Prompt is null ? null : Completion);

    /// <summary>Makes a document.</summary>
    /// <param name="record">An object.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="LlmEfficiencyException">A column is missing or holds something else.</exception>
    public RawDocument ToDocument(JsonElement record, string place)
    {
        var names = _isNamed ? (settings.Text, PromptName, CompletionName, settings.Messages) : Found(record, place);
        var document = names switch
        {
            ({ } text, _, _, _) => RawDocument.OfText(String(record, text, place)),
            (_, { } prompt, { } completion, _) => RawDocument.OfCompletion(
                String(record, prompt, place), String(record, completion, place)),
            var (_, _, _, messages) => RawDocument.OfMessages(
                MessageReader.Read(Column(record, messages!, place), messages!, place)),
        };
        return document with { Place = place };
    }

    private static (string? Text, string? Prompt, string? Completion, string? Messages) Found(JsonElement record, string place)
    {
        foreach (var name in Conversations)
        {
            if (Has(record, name))
            {
                return (null, null, null, name);
            }
        }

        return Has(record, Prompt) && Has(record, Completion) ? (null, Prompt, Completion, null)
            : Has(record, Text) ? (Text, null, null, null)
            : throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{place}: there is no field messages, conversations, text, or prompt with completion, but {Names(record)}; "
                + "name the column in the settings of the source");
    }

    private static bool Has(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static JsonElement Column(JsonElement record, string name, string place) => Has(record, name)
        ? record.GetProperty(name)
        : throw new LlmEfficiencyException(
            ErrorKind.Input, $"{place}: the field '{name}' is missing or null; the record has {Names(record)}");

    private static string String(JsonElement record, string name, string place)
    {
        var value = Column(record, name, place);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new LlmEfficiencyException(
                ErrorKind.Input, $"{place}: the field '{name}' is {value.ValueKind}, a string must be here");
    }

    private static string Names(JsonElement record)
    {
        var names = record.EnumerateObject().Select(property => property.Name).Take(20).ToArray();
        return names.Length == 0 ? "nothing" : string.Join(", ", names);
    }
}
