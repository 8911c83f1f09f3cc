using System.Text;

namespace LlmEfficiency.Core.Tokenization;

/// <summary>
/// Turns a stream of ids into text that never ends inside a character. All pieces together are the text of all ids
/// together; bytes that are not UTF-8 become U+FFFD, special tokens and unknown ids nothing.
/// </summary>
public sealed class TextDecoder
{
    private readonly ITokenizer _tokenizer;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _stripsSpace;

    /// <summary>Begins a text.</summary>
    /// <param name="tokenizer">Whose ids will come.</param>
    /// <param name="isContinuation">
    /// Whether the ids continue a text, as an answer continues its prompt. Else the space that encoding put before the
    /// text is taken away.
    /// </param>
    public TextDecoder(ITokenizer tokenizer, bool isContinuation = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _stripsSpace = tokenizer.Vocabulary.StripsLeadingSpace && !isContinuation;
    }

    /// <summary>Returns the text of all ids.</summary>
    public static string Decode(ITokenizer tokenizer, IEnumerable<int> ids, bool isContinuation = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var decoder = new TextDecoder(tokenizer, isContinuation);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            text.Append(decoder.Push(id));
        }

        return text.Append(decoder.Flush()).ToString();
    }

    /// <summary>
    /// Takes one id and returns the characters that are whole by now; often one or more, sometimes none.
    /// </summary>
    public string Push(int id) => Convert(_tokenizer.BytesOf(id).Span, flush: false);

    /// <summary>
    /// Returns what is left: U+FFFD for a character that was begun and not finished. A new text may follow.
    /// </summary>
    public string Flush() => Convert([], flush: true);

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        if (bytes.IsEmpty && !flush)
        {
            return string.Empty;
        }

        Span<char> characters = bytes.Length <= 256 ? stackalloc char[264] : new char[bytes.Length + 8];
        characters = characters[.._decoder.GetChars(bytes, characters, flush)];
        if (_stripsSpace && !characters.IsEmpty)
        {
            _stripsSpace = false;
            characters = characters[0] == ' ' ? characters[1..] : characters;
        }

        return characters.ToString();
    }
}
