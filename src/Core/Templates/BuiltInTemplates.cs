namespace LlmEfficiency.Core.Templates;

/// <summary>Templates for models that come without one.</summary>
public static class BuiltInTemplates
{
    private const string VicunaSource = """
        {{- bos_token -}}
        {%- if messages and messages[0].role == 'system' -%}
            {{- messages[0].content -}}
            {%- set turns = messages[1:] -%}
        {%- else -%}
            {{- 'A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, '
                'and polite answers to the user\'s questions.' -}}
            {%- set turns = messages -%}
        {%- endif -%}
        {{- ' ' -}}
        {%- for turn in turns -%}
            {%- if turn.role == 'user' -%}
                {{- 'USER: ' ~ turn.content ~ ' ' -}}
            {%- elif turn.role == 'assistant' -%}
                {{- 'ASSISTANT: ' ~ turn.content ~ eos_token -}}
            {%- else -%}
                {{- raise_exception('Vicuna knows the roles system (first), user and assistant, not ' ~ turn.role) -}}
            {%- endif -%}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
            {{- 'ASSISTANT:' -}}
        {%- endif -%}
        """;

    /// <summary>Gets the form of Vicuna v1.1 to v1.5, with the tokens <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>.</summary>
    public static ChatTemplate Vicuna { get; } = ChatTemplate.Parse(
        "built-in Vicuna template", VicunaSource, "<s>", "</s>");

    /// <summary>
    /// Returns the template of a model family by a model's name or folder, or nothing if the name tells none.
    /// </summary>
    public static ChatTemplate? For(string modelName) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(modelName)).Contains("vicuna", StringComparison.OrdinalIgnoreCase)
            ? Vicuna
            : null;
}
