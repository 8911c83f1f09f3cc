namespace LlmEfficiency.Core.Tokenization;

/// <summary>Turns text into token ids and ids back into bytes.</summary>
public interface ITokenizer
{
    /// <summary>Gets the size of the vocabulary and the tokens with a meaning of their own.</summary>
    Vocabulary Vocabulary { get; }

    /// <summary>Encodes text, without adding a beginning-of-sequence token.</summary>
    /// <param name="text">Any text, lone surrogates included (they count as U+FFFD).</param>
    /// <param name="specials">
    /// Whether the spelling of a special token in <paramref name="text"/> stands for that token.
    /// </param>
    /// <returns>Token ids, each below <see cref="Vocabulary.Size"/>.</returns>
    IReadOnlyList<int> Encode(string text, SpecialTokenHandling specials = SpecialTokenHandling.AsText);

    /// <summary>Returns the bytes that one token stands for; none for a special token and for an unknown id.</summary>
    ReadOnlyMemory<byte> BytesOf(int id);
}
