using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LlmEfficiency.Core.Data;

/// <summary>
/// Says of each document whether it is held out for validation. The answer depends on what the document says and on
/// nothing else: not on its file, its place, its neighbours or the machine. Copies stay together.
/// </summary>
public static class HashSplit
{
    /// <summary>Returns whether a document is held out.</summary>
    /// <param name="document">The document.</param>
    /// <param name="fraction">
    /// The part that is held out, from 0 to 1. A larger one holds out the same documents and more.
    /// </param>
    public static bool IsHeldOut(RawDocument document, double fraction)
    {
        ArgumentNullException.ThrowIfNull(document);
        return fraction > 0 && IsHeldOut(document.Key(), fraction);
    }

    /// <summary>Returns whether a text is held out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fraction">The part that is held out, from 0 to 1.</param>
    /// <remarks>The first 64 bits of SHA-256 over the text in UTF-8, as a fraction of 2^64.</remarks>
    public static bool IsHeldOut(string text, double fraction)
    {
        var hash = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return (hash >> 11) * (1.0 / (1UL << 53)) < fraction;
    }
}
