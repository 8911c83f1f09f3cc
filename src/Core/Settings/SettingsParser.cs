using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Settings;

/// <summary>Reads JSON with comments and trailing commas; no key may be there twice.</summary>
internal static class SettingsParser
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads the one value of a text.</summary>
    /// <exception cref="LlmEfficiencyException">It is not JSON, or a key is there twice.</exception>
    public static SettingsNode Parse(SettingsSource source)
    {
        var text = source.Text.Span;
        if (!Utf8.IsValid(text))
        {
            throw source.Refuse(0, "the text is not UTF-8: save it as UTF-8", ErrorKind.Input);
        }

        var start = text.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        var json = new Utf8JsonReader(text[start..], Options);
        try
        {
            json.Read();
            var value = Read(source, start, ref json, keyOffset: null);
            json.Read(); // throws where something follows
            return value;
        }
        catch (JsonException problem)
        {
            var offset = start + Offset(text[start..], problem);
            throw source.Refuse(offset, $"not valid JSON: {Reason(problem)}", ErrorKind.Input);
        }
    }

    private static SettingsNode Read(SettingsSource source, int start, ref Utf8JsonReader json, int? keyOffset)
    {
        var offset = start + (int)json.TokenStartIndex;
        var node = new SettingsNode(source, offset) { KeyOffset = keyOffset ?? offset };
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadKeys(node.With(JsonValueKind.Object), start, ref json);
            case JsonTokenType.StartArray:
                node.With(JsonValueKind.Array);
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    node.Items.Add(Read(source, start, ref json, keyOffset: null));
                }

                return node;
            case JsonTokenType.String:
                return node.With(JsonValueKind.String, source.Expand(Text(source, offset, ref json), offset));
            case JsonTokenType.Number:
                return node.With(JsonValueKind.Number, Encoding.UTF8.GetString(json.ValueSpan));
            case JsonTokenType.True:
                return node.With(JsonValueKind.True);
            case JsonTokenType.False:
                return node.With(JsonValueKind.False);
            default:
                return node;
        }
    }

    private static SettingsNode ReadKeys(SettingsNode node, int start, ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var offset = start + (int)json.TokenStartIndex;
            var key = Text(node.Source, offset, ref json);
            json.Read();
            if (!node.Keys.TryAdd(key, Read(node.Source, start, ref json, offset)))
            {
                throw node.Source.Refuse(offset, $"the key '{key}' is here a second time: remove one of them");
            }
        }

        return node;
    }

    private static string Text(SettingsSource source, int offset, ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw source.Refuse(offset, "this string holds half of a surrogate pair", ErrorKind.Input);
        }
    }

    private static int Offset(ReadOnlySpan<byte> text, JsonException problem)
    {
        var at = 0;
        for (var line = problem.LineNumber ?? 0; line > 0; line--)
        {
            at += text[at..].IndexOf((byte)'\n') + 1;
        }

        return at + (int)(problem.BytePositionInLine ?? 0);
    }

    // The serializer ends its messages with a position that ours begins with.
    private static string Reason(JsonException problem) =>
        problem.Message.Split(" LineNumber:", 2)[0].ReplaceLineEndings(" ").TrimEnd('.');
}
