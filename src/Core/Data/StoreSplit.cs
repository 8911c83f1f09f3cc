namespace LlmEfficiency.Core.Data;

/// <summary>Encodes documents into two stores, one of them held out.</summary>
internal static class StoreSplit
{
    /// <summary>Reads all documents once.</summary>
    public static (TokenStore Training, TokenStore HeldOut) Open(
        string name, IEnumerable<RawDocument> documents, DocumentEncoder encoder, double fraction)
    {
        using var training = new TokenStoreBuilder(encoder);
        using var heldOut = new TokenStoreBuilder(encoder);
        foreach (var (raw, encoded) in ParallelEncoding.Encode(documents, encoder))
        {
            (HashSplit.IsHeldOut(raw, fraction) ? heldOut : training).Add(encoded);
        }

        return (training.ToStore(name), heldOut.ToStore(name));
    }
}
