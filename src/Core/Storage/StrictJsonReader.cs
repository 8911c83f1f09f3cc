using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Storage;

/// <summary>
/// Reads JSON token by token; whatever breaks the rules of RFC 8259 is refused with its position in the file.
/// </summary>
public ref struct StrictJsonReader
{
    private readonly string _file;
    private readonly long _start;
    private Utf8JsonReader _json;

    /// <summary>Begins to read.</summary>
    /// <param name="file">The name for messages.</param>
    /// <param name="json">The text.</param>
    /// <param name="start">Where the text begins in the file, in bytes.</param>
    /// <param name="maxDepth">How many objects and arrays may lie inside each other.</param>
    /// <exception cref="MalformedFileException">The text is not UTF-8.</exception>
    public StrictJsonReader(string file, ReadOnlySpan<byte> json, long start = 0, int maxDepth = 64)
    {
        (_file, _start) = (file, start);
        if (!Utf8.IsValid(json))
        {
            throw new MalformedFileException(file, start + FindInvalid(json), "these bytes are not UTF-8");
        }

        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
    }

    /// <summary>Gets the kind of the current token.</summary>
    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>Gets where the current token begins in the file, in bytes.</summary>
    public readonly long Offset => _start + _json.TokenStartIndex;

    /// <summary>Gets whether the current string is spelled with escapes.</summary>
    public readonly bool IsEscaped => _json.ValueIsEscaped;

    /// <summary>Goes to the next token; false at the end of the text.</summary>
    public bool Read()
    {
        try
        {
            return _json.Read();
        }
        catch (JsonException problem)
        {
            throw new MalformedFileException(
                _file, _start + _json.BytesConsumed,
                $"not valid JSON: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }

    /// <summary>Goes to the next token, which must be of a kind.</summary>
    public void Expect(JsonTokenType token, string what)
    {
        if (!Read() || Token != token)
        {
            throw Fail($"{what} must be here");
        }
    }

    /// <summary>Returns the current string or property name.</summary>
    public readonly string Text()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException problem)
        {
            throw new MalformedFileException(_file, Offset, "this string holds half of a surrogate pair", problem);
        }
    }

    /// <summary>Returns the current token as a whole number that is not negative.</summary>
    public readonly long Natural(string what) =>
        Token == JsonTokenType.Number && _json.TryGetInt64(out var value) && value >= 0
            ? value
            : throw Fail($"{what} must be a whole number from 0 to {long.MaxValue}");

    /// <summary>Returns the current token as a finite number.</summary>
    public readonly double Number() =>
        Token == JsonTokenType.Number && _json.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw Fail("a number in the range of a double must be here");

    /// <summary>Goes to the last token of the value that begins with the next token.</summary>
    public void SkipValue()
    {
        var depth = _json.CurrentDepth;
        do
        {
            if (!Read())
            {
                return;
            }
        }
        while (_json.CurrentDepth > depth || Token is JsonTokenType.StartObject or JsonTokenType.StartArray);
    }

    /// <summary>Returns the error for a wrong token, for the caller to throw.</summary>
    public readonly MalformedFileException Fail(string problem) => new(_file, Offset, problem);

    private static int FindInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
