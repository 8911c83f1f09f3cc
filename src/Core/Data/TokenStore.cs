namespace LlmEfficiency.Core.Data;

/// <summary>Encoded documents in memory.</summary>
public sealed class TokenStore : IDocumentSource
{
    private readonly IdBuffer _ids;
    private readonly ChunkedBuffer<bool>? _targets; // as many as ids, unless all but the first of a document are
    private readonly ChunkedBuffer<long> _starts;   // [documents + 1], in ids
    private readonly bool[] _allButFirst;           // [SequenceLength]

    internal TokenStore(
        string name, string fingerprint, int sequenceLength, IdBuffer ids, ChunkedBuffer<bool>? targets,
        ChunkedBuffer<long> starts)
    {
        (Name, Fingerprint, MaxLength) = (name, fingerprint, sequenceLength);
        (_ids, _targets, _starts) = (ids, targets, starts);
        _allButFirst = EncodedDocument.AllButFirst(sequenceLength);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Count => _starts.Length - 1;

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public int? MaxLength { get; }

    /// <summary>Gets the number of tokens of all documents.</summary>
    public long TokenCount => _ids.Length;

    /// <summary>Gets how many conversations and completions lost their end to the sequence length.</summary>
    public long CutCount { get; init; }

    /// <summary>Gets how many documents were left out because no token of them could be learned.</summary>
    public long SkippedCount { get; init; }

    /// <summary>Encodes documents on all processors; the result does not depend on how many there are.</summary>
    /// <param name="name">The name for reports and messages.</param>
    /// <param name="documents">
    /// The documents. A text longer than the sequence length is cut into windows, each beginning with the last token of
    /// the one before, so that every token but the first is predicted once; of anything else the end is cut off.
    /// </param>
    /// <param name="encoder">How to encode them.</param>
    /// <exception cref="Errors.LlmEfficiencyException">A document cannot be read or encoded.</exception>
    public static TokenStore Encode(string name, IEnumerable<RawDocument> documents, DocumentEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        using var builder = new TokenStoreBuilder(encoder);
        foreach (var (_, encoded) in ParallelEncoding.Encode(documents, encoder))
        {
            builder.Add(encoded);
        }

        return builder.ToStore(name);
    }

    /// <inheritdoc/>
    public TokenDocument Read(long index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Count, nameof(index));
        var start = _starts[index];
        var tokens = new int[_starts[index + 1] - start];
        _ids.CopyTo(start, tokens);
        if (_targets is null)
        {
            return new TokenDocument(tokens, _allButFirst.AsMemory(0, tokens.Length));
        }

        var targets = new bool[tokens.Length];
        _targets.CopyTo(start, targets);
        return new TokenDocument(tokens, targets);
    }
}
