using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Storage;

/// <summary>
/// Whole JSON files made by others: valid UTF-8, no key twice, bounded size and depth, an object at the root.
/// </summary>
public static class StrictJson
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses a file in time linear in its length.</summary>
    /// <param name="file">The file; a byte order mark at its beginning is passed over.</param>
    /// <param name="maxBytes">The longest file that is believed.</param>
    /// <exception cref="MalformedFileException">The file is too long, or not a JSON object.</exception>
    public static JsonDocument Parse(MappedFile file, int maxBytes = 16_000_000)
    {
        if (file.Length > maxBytes)
        {
            throw new MalformedFileException(
                file.Name, maxBytes, $"the file has {file.Length} bytes, at most {maxBytes} are read");
        }

        return Parse(file.Name, file.Slice(0, (int)file.Length).ToArray());
    }

    /// <summary>Parses a file that is in memory, in time linear in its length.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="content">Its bytes, which stay as they are while the result is used.</param>
    /// <exception cref="MalformedFileException">It is not a JSON object.</exception>
    public static JsonDocument Parse(string name, ReadOnlyMemory<byte> content)
    {
        var start = content.Span.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        Check(new StrictJsonReader(name, content.Span[start..], start));
        return JsonDocument.Parse(content[start..]);
    }

    private static void Check(StrictJsonReader reader)
    {
        reader.Expect(JsonTokenType.StartObject, "a JSON object");
        var keys = new Stack<HashSet<string>>([new HashSet<string>()]);
        while (reader.Read())
        {
            switch (reader.Token)
            {
                case JsonTokenType.StartObject:
                    keys.Push([]);
                    break;
                case JsonTokenType.EndObject:
                    keys.Pop();
                    break;
                case JsonTokenType.PropertyName when !keys.Peek().Add(reader.Text()):
                    throw reader.Fail($"the key '{reader.Text()}' is here a second time");
                case JsonTokenType.String when reader.IsEscaped:
                    _ = reader.Text(); // only an escape can spell half a character
                    break;
                default:
                    break;
            }
        }
    }
}
