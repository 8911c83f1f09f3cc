using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LlmEfficiency.Core.Tokenization;

/// <summary>Tells vocabularies apart: files of ids are of use only with the vocabulary that they were written with.</summary>
public static class VocabularyHash
{
    /// <summary>The size of a hash in bytes.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>
    /// Returns the SHA-256 over the number of ids, the bytes of each id with their number before them, and the special
    /// tokens' ids and spellings in the order of ids. The rules that cut text into tokens are not hashed.
    /// </summary>
    public static byte[] Of(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var vocabulary = tokenizer.Vocabulary;
        Append(hash, vocabulary.Size);
        for (var id = 0; id < vocabulary.Size; id++)
        {
            Append(hash, tokenizer.BytesOf(id).Span);
        }

        foreach (var (spelling, id) in vocabulary.Specials.OrderBy(special => special.Value).ThenBy(special => special.Key, StringComparer.Ordinal))
        {
            Append(hash, id);
            Append(hash, Encoding.UTF8.GetBytes(spelling));
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
