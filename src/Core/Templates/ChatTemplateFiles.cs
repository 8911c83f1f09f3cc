using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Templates;

/// <summary>Finds the chat template of a model in its files.</summary>
public static class ChatTemplateFiles
{
    private const string ConfigName = "tokenizer_config.json";
    private const string TemplateName = "chat_template.jinja";
    private const string OldTemplateName = "chat_template.json";

    /// <summary>
    /// Reads <c>chat_template.jinja</c>, else <c>chat_template.json</c>, else the template in
    /// <c>tokenizer_config.json</c>, else takes a built-in one by the name of the model.
    /// </summary>
    /// <param name="folder">The folder of the model.</param>
    /// <param name="modelName">
    /// A name that tells the family (<c>lmsys/vicuna-7b-v1.3</c>); the folder's name if null.
    /// </param>
    /// <returns>The template, or null if the model has none.</returns>
    /// <exception cref="LlmEfficiencyException">A file cannot be read or is malformed.</exception>
    public static ChatTemplate? Load(string folder, string? modelName = null)
    {
        var configPath = Path.Join(folder, ConfigName);
        var config = Text(configPath);
        var source = Text(Path.Join(folder, TemplateName)) is { } text
            ? (Path.Join(folder, TemplateName), text)
            : default;
        if (source.text is null && Text(Path.Join(folder, OldTemplateName)) is { } old)
        {
            source = (Path.Join(folder, OldTemplateName), Templates(Path.Join(folder, OldTemplateName), old)?.Main!);
        }

        var found = source.text is not null
            ? FromConfig(configPath, config ?? "{}", source)
            : config is null ? null : FromConfig(configPath, config);
        return found ?? BuiltInTemplates.For(modelName ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
    }

    /// <summary>Reads the template and the tokens of a <c>tokenizer_config.json</c>.</summary>
    /// <param name="file">The path, for messages.</param>
    /// <param name="json">Its text.</param>
    /// <returns>The template, or null if the file has none.</returns>
    /// <exception cref="MalformedFileException">The JSON or the template is malformed.</exception>
    public static ChatTemplate? FromConfig(string file, string json) => FromConfig(file, json, default);

    private static ChatTemplate? FromConfig(string file, string json, (string File, string Text) template)
    {
        using var document = Parse(file, json);
        return FromConfig(file, document.RootElement, template);
    }

    private static ChatTemplate? FromConfig(string file, JsonElement root, (string File, string Text) template)
    {
        var (begin, end) = (Token(file, root, "bos_token"), Token(file, root, "eos_token"));
        if (template.Text is not null)
        {
            return ChatTemplate.Parse(template.File, template.Text, begin, end);
        }

        var (main, tools) = Templates(file, root);
        return main is null ? null : ChatTemplate.Parse(file, main, begin, end, tools);
    }

    private static (string? Main, string? Tools)? Templates(string file, string json)
    {
        using var document = Parse(file, json);
        return Templates(file, document.RootElement);
    }

    // "chat_template" is a text, or a list of {"name", "template"}.
    private static (string? Main, string? Tools) Templates(string file, JsonElement root)
    {
        if (!root.TryGetProperty("chat_template", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return (value.GetString(), null);
        }

        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [default])
        {
            if (Member(entry, "name") is not { } name || Member(entry, "template") is not { } text)
            {
                throw new MalformedFileException(
                    file, 0, "chat_template must be a text, or a list of objects with name and template");
            }

            named[name] = text;
        }

        return (
            named.GetValueOrDefault("default") ?? named.Values.FirstOrDefault(), named.GetValueOrDefault("tool_use"));
    }

    private static string? Member(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    // A token is a text, or an object with the member "content".
    private static string Token(string file, JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return "";
        }

        return (value.ValueKind == JsonValueKind.String ? value.GetString() : Member(value, "content"))
            ?? throw new MalformedFileException(file, 0, $"{name} must be a text or an object with the text 'content'");
    }

    private static JsonDocument Parse(string file, string json) =>
        StrictJson.Parse(file, Encoding.UTF8.GetBytes(json));

    private static string? Text(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: cannot be read: {problem.Message}", problem);
        }
    }
}
