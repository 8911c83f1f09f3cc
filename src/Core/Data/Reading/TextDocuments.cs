using System.Globalization;
using System.Text;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>Plain text in UTF-8: a whole file as one document, or documents between separators.</summary>
public static class TextDocuments
{
    private const int MaxLength = 1 << 29; // characters of one document

    /// <summary>Returns the documents of a file; those of white space alone are passed over.</summary>
    /// <param name="file">The file, read while the result is enumerated.</param>
    /// <param name="separator">
    /// What stands between documents, line breaks around it included; <c>\n\n</c> stands for blank lines, <c>\n</c> for
    /// any line break, null for nothing: the file is one document.
    /// </param>
    /// <exception cref="LlmEfficiencyException">The file is not UTF-8, or a document is too long.</exception>
    public static IEnumerable<RawDocument> Read(DataFile file, string? separator)
    {
        ArgumentNullException.ThrowIfNull(file);
        var texts = separator switch
        {
            null => Split(file, null),
            "\n" => Split(file, "\n").Select(line => line.TrimEnd('\r')),
            "\n\n" => Paragraphs(Split(file, "\n")),
            _ => Split(file, separator).Select(text => text.Trim('\r', '\n')),
        };
        return texts.Where(text => !string.IsNullOrWhiteSpace(text)).Select((text, index) => RawDocument.OfText(text) with
        {
            Place = string.Create(CultureInfo.InvariantCulture, $"{file.Name}: document {index + 1}"),
        });
    }

    private static IEnumerable<string> Paragraphs(IEnumerable<string> lines)
    {
        var paragraph = new StringBuilder();
        foreach (var line in lines)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                yield return paragraph.ToString();
                paragraph.Clear();
                continue;
            }

            paragraph.Append(paragraph.Length > 0 ? "\n" : "").Append(line.TrimEnd('\r'));
        }

        yield return paragraph.ToString();
    }

    private static IEnumerable<string> Split(DataFile file, string? separator)
    {
        var open = new StringBuilder(); // of the document that is not at its end yet
        var rest = "";                  // what may hold the beginning of a separator
        foreach (var block in Blocks(file))
        {
            var text = rest + block;
            var start = 0;
            for (int at; separator is not null && (at = text.IndexOf(separator, start, StringComparison.Ordinal)) >= 0;)
            {
                yield return open.Append(text, start, at - start).ToString();
                open.Clear();
                start = at + separator.Length;
            }

            var kept = Math.Min(text.Length - start, (separator?.Length ?? 1) - 1);
            open.Append(text, start, text.Length - start - kept);
            rest = text[^kept..];
            if (open.Length > MaxLength)
            {
                throw new LlmEfficiencyException(ErrorKind.Input, string.Create(
                    CultureInfo.InvariantCulture, $"{file.Name}: a document is longer than {MaxLength} characters; set the separator"));
            }
        }

        yield return open.Append(rest).ToString();
    }

    private static IEnumerable<string> Blocks(DataFile file)
    {
        var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        var bytes = new byte[1 << 16];
        var characters = new char[bytes.Length + 4];
        for (var isFirst = true; ; isFirst = false)
        {
            var read = file.Read(bytes);
            var length = Decode(file, decoder, bytes.AsSpan(0, read), characters);
            var skipped = isFirst && length > 0 && characters[0] == '\uFEFF' ? 1 : 0; // a byte order mark
            yield return new string(characters, skipped, length - skipped);
            if (read == 0)
            {
                break;
            }
        }
    }

    private static int Decode(DataFile file, Decoder decoder, ReadOnlySpan<byte> bytes, char[] characters)
    {
        try
        {
            return decoder.GetChars(bytes, characters, flush: bytes.IsEmpty);
        }
        catch (DecoderFallbackException problem)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{file.Name}: the text is not UTF-8; convert it first", problem);
        }
    }
}
