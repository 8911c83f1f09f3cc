using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>
/// Reads conversations: a list of <c>{role, content}</c> or, as ShareGPT writes it, of <c>{from, value}</c>; or a
/// string that holds such a list.
/// </summary>
internal static class MessageReader
{
    private static readonly string[] Extras = ["name", "tool_call_id", "reasoning_content"];

    private static readonly Dictionary<string, string> Roles = new(StringComparer.Ordinal)
    {
        ["human"] = "user",
        ["gpt"] = "assistant",
        ["function_response"] = "tool",
        ["observation"] = "tool",
    };

    /// <summary>Reads one conversation.</summary>
    /// <param name="value">The value of the column.</param>
    /// <param name="name">The column, for messages.</param>
    /// <param name="place">Where the record stands, for messages.</param>
    /// <exception cref="LlmEfficiencyException">It is something else.</exception>
    public static IReadOnlyList<ChatMessage> Read(JsonElement value, string name, string place)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            using var parsed = StrictJson.Parse(
                $"{place}: {name}", Encoding.UTF8.GetBytes($"{{\"messages\":{value.GetString()}\n}}"));
            return ReadList(parsed.RootElement.GetProperty("messages"), name, place);
        }

        return ReadList(value, name, place);
    }

    private static List<ChatMessage> ReadList(JsonElement list, string name, string place)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            throw Fail(place, name, "a list of messages, with at least one, must be here");
        }

        var messages = new List<ChatMessage>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            messages.Add(Message(item, $"{name}[{messages.Count}]", place));
        }

        return messages;
    }

    private static ChatMessage Message(JsonElement item, string name, string place)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw Fail(place, name, "a message must be an object with role and content");
        }

        var role = Member(item, "role", "from") is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw Fail(place, name, "the role (or 'from') must be a string");
        var content = Member(item, "content", "value");
        if (content is not { ValueKind: JsonValueKind.String or JsonValueKind.Null })
        {
            throw Fail(place, name, "the content (or 'value') must be a string or null");
        }

        return new ChatMessage(Roles.GetValueOrDefault(role, role), content.Value.GetString())
        {
            ToolCalls = Member(item, "tool_calls", null) is { ValueKind: JsonValueKind.Array } calls ? calls.Clone() : null,
            Extra = Extras.Where(extra => Member(item, extra, null) is { ValueKind: not JsonValueKind.Null })
                .ToDictionary(extra => extra, extra => item.GetProperty(extra).Clone(), StringComparer.Ordinal),
        };
    }

    private static JsonElement? Member(JsonElement item, string name, string? otherName) =>
        item.TryGetProperty(name, out var value) || (otherName is not null && item.TryGetProperty(otherName, out value))
            ? value
            : null;

    private static LlmEfficiencyException Fail(string place, string name, string problem) =>
        new(ErrorKind.Input, $"{place}: {name}: {problem}");
}
