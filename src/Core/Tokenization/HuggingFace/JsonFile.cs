using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

/// <summary>Parses JSON files that others made.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Parses a file; names may not repeat, nesting is at most 64 deep.</summary>
    /// <exception cref="MalformedFileException">It is no JSON object.</exception>
    public static JsonDocument Parse(string name, ReadOnlyMemory<byte> content)
    {
        try
        {
            CheckText(name, content.Span);
            var document = JsonDocument.Parse(content, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new MalformedFileException(
                    name, 0, $"a JSON object must be here, not {document.RootElement.ValueKind}");
        }
        catch (JsonException problem)
        {
            var offset = OffsetOf(content.Span, problem.LineNumber ?? 0, problem.BytePositionInLine ?? 0);
            throw new MalformedFileException(name, offset, $"no valid JSON: {problem.Message}", problem);
        }
    }

    // The parser leaves the content of strings unread; bytes that are no UTF-8 and half surrogate pairs would fail
    // later.
    private static void CheckText(string name, ReadOnlySpan<byte> content)
    {
        if (!Utf8.IsValid(content))
        {
            throw new MalformedFileException(name, LengthOfValid(content), "no valid UTF-8");
        }

        if (content.IndexOf("\\ud"u8) < 0 && content.IndexOf("\\uD"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        try
        {
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
            }
        }
        catch (InvalidOperationException problem)
        {
            throw new MalformedFileException(
                name, reader.TokenStartIndex, $"no well-formed text: {problem.Message}", problem);
        }
    }

    private static int LengthOfValid(ReadOnlySpan<byte> content)
    {
        var length = 0;
        while (Rune.DecodeFromUtf8(content[length..], out _, out var width) == OperationStatus.Done)
        {
            length += width;
        }

        return length;
    }

    private static long OffsetOf(ReadOnlySpan<byte> content, long line, long position)
    {
        var offset = 0;
        for (; line > 0 && content[offset..].IndexOf((byte)'\n') is >= 0 and var end; line--)
        {
            offset += end + 1;
        }

        return Math.Min(offset + position, content.Length);
    }
}
