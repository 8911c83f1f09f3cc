using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data;

/// <summary>Encodes documents on all processors, in their order.</summary>
internal static class ParallelEncoding
{
    private const int MaxDocuments = 1024;
    private const int MaxCharacters = 1 << 22; // so that a block of long documents does not fill the memory

    /// <summary>Returns each document with its tokens.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// A document cannot be encoded; of several the first in order is told.
    /// </exception>
    public static IEnumerable<(RawDocument Raw, EncodedDocument Encoded)> Encode(
        IEnumerable<RawDocument> documents, DocumentEncoder encoder)
    {
        foreach (var block in Blocks(documents))
        {
            var results = new (EncodedDocument? Encoded, LlmEfficiencyException? Problem)[block.Count];
            Parallel.For(0, block.Count, i => results[i] = TryEncode(block[i], encoder));
            for (var i = 0; i < results.Length; i++)
            {
                var (encoded, problem) = results[i];
                yield return (block[i], encoded ?? throw problem!);
            }
        }
    }

    private static (EncodedDocument? Encoded, LlmEfficiencyException? Problem) TryEncode(
        RawDocument document, DocumentEncoder encoder)
    {
        try
        {
            return (encoder.EncodeWhole(document), null);
        }
        catch (LlmEfficiencyException problem)
        {
            return (null, problem);
        }
    }

    private static IEnumerable<List<RawDocument>> Blocks(IEnumerable<RawDocument> documents)
    {
        var block = new List<RawDocument>();
        var characters = 0L;
        foreach (var document in documents)
        {
            block.Add(document);
            characters += document.Length;
            if (block.Count == MaxDocuments || characters >= MaxCharacters)
            {
                yield return block;
                (block, characters) = ([], 0);
            }
        }

        if (block.Count > 0)
        {
            yield return block;
        }
    }
}
