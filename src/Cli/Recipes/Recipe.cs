using System.Text.Json;

namespace LlmEfficiency.Cli.Recipes;

/// <summary>A settings file that comes with the command.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Text">The whole file: UTF-8 JSON, comments allowed.</param>
internal sealed record Recipe(string Name, byte[] Text)
{
    private static readonly JsonDocumentOptions Relaxed =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Gets which command reads it.</summary>
    public string Kind => Word("kind");

    /// <summary>Gets what it does, in a line.</summary>
    public string Description => Word("description");

    private string Word(string key)
    {
        using var document = JsonDocument.Parse(Text, Relaxed);
        return document.RootElement.TryGetProperty(key, out var value) ? value.GetString() ?? "" : "";
    }
}
