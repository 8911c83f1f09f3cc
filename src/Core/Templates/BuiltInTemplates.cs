using LlmEfficiency.Core.Errors;

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

    private const string Llama3Source = """
        {{- bos_token -}}
        {%- for turn in messages -%}
            {{- '<|start_header_id|>' ~ turn.role ~ '<|end_header_id|>\n\n' ~ turn.content | trim ~ '<|eot_id|>' -}}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
            {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' -}}
        {%- endif -%}
        """;

    private const string PlainSource = """
        {{- bos_token -}}
        {%- for turn in messages -%}
            {{- turn.content -}}
            {%- if not loop.last -%}
                {{- '\n\n' -}}
            {%- endif -%}
        {%- endfor -%}
        """;

    private static readonly Dictionary<string, string> Sources =
        new(StringComparer.Ordinal) { ["vicuna"] = VicunaSource, ["llama-3"] = Llama3Source, ["plain"] = PlainSource };

    /// <summary>Gets the names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => Sources.Keys;

    /// <summary>Gets the form of Vicuna v1.1 to v1.5, with the tokens <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>.</summary>
    public static ChatTemplate Vicuna { get; } = ChatTemplate.Parse(
        "built-in Vicuna template", VicunaSource, "<s>", "</s>");

    /// <summary>
    /// Makes a template by name: <c>vicuna</c>, <c>llama-3</c>, or <c>plain</c>, the texts alone with empty lines between.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="beginOfSequence">The spelling of <c>bos_token</c>, or empty.</param>
    /// <param name="endOfSequence">The spelling of <c>eos_token</c>, or empty.</param>
    /// <exception cref="LlmEfficiencyException">There is none of that name.</exception>
    public static ChatTemplate Create(string name, string beginOfSequence, string endOfSequence) =>
        Sources.TryGetValue(name, out var source)
            ? ChatTemplate.Parse($"built-in template '{name}'", source, beginOfSequence, endOfSequence)
            : throw new LlmEfficiencyException(
                ErrorKind.Usage, $"there is no built-in template '{name}': choose of {string.Join(", ", Names)}");

    /// <summary>
    /// Returns the template of a model family by a model's name or folder, or nothing if the name tells none.
    /// </summary>
    public static ChatTemplate? For(string modelName) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(modelName)).Contains("vicuna", StringComparison.OrdinalIgnoreCase)
            ? Vicuna
            : null;
}
