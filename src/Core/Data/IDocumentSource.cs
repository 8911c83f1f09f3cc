namespace LlmEfficiency.Core.Data;

/// <summary>Documents by number.</summary>
public interface IDocumentSource
{
    /// <summary>Gets the name for reports and messages.</summary>
    string Name { get; }

    /// <summary>Gets the number of documents.</summary>
    long Count { get; }

    /// <summary>Gets a hash, in hexadecimal digits, of the content and of how it was encoded.</summary>
    string Fingerprint { get; }

    /// <summary>
    /// Gets the number of tokens that no document exceeds; null if the source does not know before it reads.
    /// </summary>
    int? MaxLength => null;

    /// <summary>
    /// Returns a document: the same for the same number, from any thread, in any order.
    /// </summary>
    /// <param name="index">The number, from 0 to <see cref="Count"/> - 1.</param>
    TokenDocument Read(long index);
}
