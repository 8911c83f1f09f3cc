using System.Text.Json;

namespace LlmEfficiency.Core.Templates;

/// <summary>What a chat template turns into a prompt.</summary>
/// <param name="Messages">The conversation so far.</param>
public sealed record ChatRequest(IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>Gets whether the prompt ends where the assistant begins to speak. Default true.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>Gets the tools the model may call, a JSON list of function schemas, if any.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>Gets further variables that a template may read, such as <c>date_string</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Gets the time that templates may print; without it they use the date they were written with.</summary>
    public DateTimeOffset? Now { get; init; }
}
