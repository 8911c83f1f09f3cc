using System.Text.Json;

namespace LlmEfficiency.Core.Templates;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Who speaks: <c>system</c>, <c>user</c>, <c>assistant</c>, <c>tool</c>.</param>
/// <param name="Content">What is said; null in a message that only calls tools.</param>
public sealed record ChatMessage(string Role, string? Content)
{
    /// <summary>Gets the tool calls, a JSON list as chat templates expect it, if any.</summary>
    public JsonElement? ToolCalls { get; init; }

    /// <summary>Gets further members that a template may read, such as <c>name</c> or <c>tool_call_id</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> Extra { get; init; } = new Dictionary<string, JsonElement>();
}
