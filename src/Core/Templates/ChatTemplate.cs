using System.Text.Json;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates;

/// <summary>
/// Turns conversations into the prompt form a model was trained on. Parsed once, rendered often, also concurrently.
/// </summary>
public sealed class ChatTemplate
{
    private readonly JinjaTemplate _template;
    private readonly JinjaTemplate _toolTemplate;

    private ChatTemplate(JinjaTemplate template, JinjaTemplate toolTemplate, string begin, string end) =>
        (_template, _toolTemplate, BeginOfSequence, EndOfSequence) = (template, toolTemplate, begin, end);

    /// <summary>Gets the spelling that templates call <c>bos_token</c>; empty if the model has none.</summary>
    public string BeginOfSequence { get; }

    /// <summary>Gets the spelling that templates call <c>eos_token</c>; empty if the model has none.</summary>
    public string EndOfSequence { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="name">The file, for messages.</param>
    /// <param name="source">The template text.</param>
    /// <param name="beginOfSequence">The spelling of <c>bos_token</c>, or empty.</param>
    /// <param name="endOfSequence">The spelling of <c>eos_token</c>, or empty.</param>
    /// <param name="toolSource">The template for requests with tools, where the model has one of its own.</param>
    /// <exception cref="Errors.MalformedFileException">
    /// The text is no template, or needs a part of Jinja that is not here.
    /// </exception>
    public static ChatTemplate Parse(
        string name, string source, string beginOfSequence, string endOfSequence, string? toolSource = null)
    {
        var template = JinjaTemplate.Parse(name, source);
        var toolTemplate = toolSource is null ? template : JinjaTemplate.Parse($"{name} (tool_use)", toolSource);
        return new ChatTemplate(template, toolTemplate, beginOfSequence, endOfSequence);
    }

    /// <summary>
    /// Makes the prompt. Where the template writes <c>bos_token</c>, it is in the prompt: no other one belongs before
    /// it.
    /// </summary>
    /// <exception cref="Errors.MalformedFileException">
    /// The template does what it must not, or more than the limits allow.
    /// </exception>
    /// <exception cref="Errors.LlmEfficiencyException">The template refuses these messages.</exception>
    public RenderedPrompt Render(ChatRequest request, RenderLimits? limits = null)
    {
        var variables = new JinjaMap();
        variables.Set("bos_token", new JinjaText(BeginOfSequence, isContent: false));
        variables.Set("eos_token", new JinjaText(EndOfSequence, isContent: false));
        variables.Set("messages", request.Messages.Select(Values).ToList<object?>());
        variables.Set("add_generation_prompt", request.AddGenerationPrompt);
        variables.Set("tools", request.Tools is { } tools ? JsonValues.From(tools) : null);
        variables.Set("documents", null);
        SetAll(variables, request.Variables);
        var template = request.Tools is null ? _template : _toolTemplate;
        return template.Render(variables, request.Now, limits ?? RenderLimits.Default);
    }

    private static JinjaMap Values(ChatMessage message)
    {
        var map = new JinjaMap();
        map.Set("role", new JinjaText(message.Role, isContent: true));
        map.Set("content", message.Content is null ? null : new JinjaText(message.Content, isContent: true));
        if (message.ToolCalls is { } calls)
        {
            map.Set("tool_calls", JsonValues.From(calls));
        }

        SetAll(map, message.Extra);
        return map;
    }

    private static void SetAll(JinjaMap map, IReadOnlyDictionary<string, JsonElement> values)
    {
        foreach (var (name, value) in values)
        {
            map.Set(name, JsonValues.From(value));
        }
    }
}
