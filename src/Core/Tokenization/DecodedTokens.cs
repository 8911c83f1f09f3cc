using System.Text;

namespace LlmEfficiency.Core.Tokenization;

/// <summary>What each token of a definition stands for when ids become text.</summary>
internal static class DecodedTokens
{
    /// <summary>Returns bytes by id: none for specials and holes, one byte for a byte-fallback token.</summary>
    public static ReadOnlyMemory<byte>[] Of(BpeDefinition definition)
    {
        var decoded = new ReadOnlyMemory<byte>[definition.Vocabulary.Size];
        var all = new byte[Enumerable.Range(0, definition.Tokens.Count).Sum(id => definition.Tokens[id].Length)];
        var used = 0;
        for (var id = 0; id < definition.Tokens.Count; id++)
        {
            var spelling = definition.Tokens[id];
            spelling.CopyTo(all.AsSpan(used));
            decoded[id] = Replaced(all.AsMemory(used, spelling.Length), definition.Replacements);
            used += spelling.Length;
        }

        foreach (var token in definition.Added)
        {
            decoded[token.Id] = token.IsSpecial ? default(ReadOnlyMemory<byte>) : Encoding.UTF8.GetBytes(token.Content);
        }

        foreach (var special in definition.Vocabulary.Specials.Values)
        {
            decoded[special] = default;
        }

        var fallback = definition.Model.ByteFallback ?? [];
        for (var value = 0; value < fallback.Length; value++)
        {
            if (fallback[value] >= 0)
            {
                decoded[fallback[value]] = new[] { (byte)value };
            }
        }

        return decoded;
    }

    private static ReadOnlyMemory<byte> Replaced(
        ReadOnlyMemory<byte> spelling, IReadOnlyList<(string Pattern, string Content)> replacements)
    {
        foreach (var (pattern, content) in replacements)
        {
            if (spelling.Span.IndexOf(Encoding.UTF8.GetBytes(pattern)) >= 0)
            {
                var text = Encoding.UTF8.GetString(spelling.Span).Replace(pattern, content, StringComparison.Ordinal);
                spelling = Encoding.UTF8.GetBytes(text);
            }
        }

        return spelling;
    }
}
