using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.Formats;

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
            var document = JsonDocument.Parse(content, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new MalformedFileException(name, 0, $"a JSON object must be here, not {document.RootElement.ValueKind}");
        }
        catch (JsonException problem)
        {
            var offset = OffsetOf(content.Span, problem.LineNumber ?? 0, problem.BytePositionInLine ?? 0);
            throw new MalformedFileException(name, offset, $"no valid JSON: {problem.Message}", problem);
        }
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
