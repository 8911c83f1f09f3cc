using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Chat;

/// <summary>A conversation that grows by questions and answers.</summary>
public sealed class Conversation
{
    private readonly ChatTemplate _template;
    private readonly ITokenizer _tokenizer;
    private readonly string? _system;
    private readonly DateTimeOffset _now;
    private readonly List<ChatMessage> _messages = [];

    /// <summary>Begins a conversation.</summary>
    /// <param name="template">The model's template.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="system">The system message; null leaves it to the template.</param>
    /// <param name="time">
    /// Gives the date that templates may print, taken once, so that the prompts share their beginning.
    /// </param>
    public Conversation(ChatTemplate template, ITokenizer tokenizer, string? system, TimeProvider time)
    {
        (_template, _tokenizer, _system, _now) = (template, tokenizer, system, time.GetLocalNow());
        Reset();
    }

    /// <summary>Gets the messages so far.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>Adds a question.</summary>
    /// <returns>The ids of the whole conversation, ending where the assistant begins to speak.</returns>
    /// <exception cref="Errors.LlmEfficiencyException">
    /// The template refuses the conversation; the question is not kept.
    /// </exception>
    public IReadOnlyList<int> Ask(string question)
    {
        ChatMessage[] messages = [.. _messages, new ChatMessage("user", question)];
        var ids = ChatPrompt.Encode(_template, _tokenizer, new ChatRequest(messages) { Now = _now });
        _messages.Add(messages[^1]);
        return ids;
    }

    /// <summary>Adds what the assistant said.</summary>
    public void Answer(string text) => _messages.Add(new ChatMessage("assistant", text.Trim()));

    /// <summary>Forgets everything but the system message.</summary>
    public void Reset()
    {
        _messages.Clear();
        if (_system is not null)
        {
            _messages.Add(new ChatMessage("system", _system));
        }
    }
}
