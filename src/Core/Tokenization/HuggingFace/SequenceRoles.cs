using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization.Formats;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

/// <summary>
/// What <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> say of the ends of a sequence.
/// </summary>
/// <param name="Begin">The spelling of the token that begins one.</param>
/// <param name="End">The spelling of the token that ends one.</param>
/// <param name="AddsBegin">
/// Whether prompts begin with <paramref name="Begin"/>; null leaves it to <c>tokenizer.json</c>.
/// </param>
public sealed record SequenceRoles(string? Begin, string? End, bool? AddsBegin)
{
    /// <summary>Reads the files of a folder, as far as they are there.</summary>
    /// <exception cref="LlmEfficiency.Core.Errors.LlmEfficiencyException">
    /// One is no JSON, or a field has a wrong value.
    /// </exception>
    public static SequenceRoles Read(string folder)
    {
        var roles = new SequenceRoles(null, null, null);
        foreach (var name in new[] { "tokenizer_config.json", "special_tokens_map.json" })
        {
            var path = Path.Join(folder, name);
            if (File.Exists(path))
            {
                var found = Parse(path, TokenizerFile.Read(path));
                roles = new SequenceRoles(
                    roles.Begin ?? found.Begin, roles.End ?? found.End, roles.AddsBegin ?? found.AddsBegin);
            }
        }

        return roles;
    }

    /// <summary>Reads one file.</summary>
    /// <exception cref="LlmEfficiency.Core.Errors.LlmEfficiencyException">
    /// It is no JSON, or a field has a wrong value.
    /// </exception>
    public static SequenceRoles Parse(string name, ReadOnlyMemory<byte> content)
    {
        using var document = StrictJson.Parse(name, content);
        var root = new JsonField(name, string.Empty, document.RootElement);
        var adds = root["add_bos_token"];
        return new SequenceRoles(
            Spelling(root["bos_token"]), Spelling(root["eos_token"]), adds.IsPresent ? adds.Flag() : null);
    }

    // Text, or an object as of added tokens.
    private static string? Spelling(JsonField token) =>
        token["content"] is { IsPresent: true } content ? content.Text() : token.TextOrNull();
}
