using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LlmEfficiency.Core.Data;

/// <summary>A series of documents, each encoded when it is read and not kept.</summary>
public sealed class EncodedDocuments : IDocumentSource
{
    private const int HashedDocuments = 32; // tell one tokenizer or template from another

    private readonly DocumentSeries _series;
    private readonly DocumentEncoder _encoder;
    private readonly IReadOnlyList<long>? _chosen;

    /// <summary>Takes a series in.</summary>
    /// <param name="name">The name for reports and messages.</param>
    /// <param name="series">The documents; of one longer than the sequence length the end is cut off.</param>
    /// <param name="encoder">How to encode them.</param>
    /// <param name="chosen">The numbers of the documents that count, ascending; null takes all.</param>
    /// <exception cref="Errors.LlmEfficiencyException">One of the first documents cannot be encoded.</exception>
    public EncodedDocuments(
        string name, DocumentSeries series, DocumentEncoder encoder, IReadOnlyList<long>? chosen = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(encoder);
        (Name, _series, _encoder, _chosen) = (name, series, encoder, chosen);
        Count = chosen?.Count ?? series.Count;
        Fingerprint = Hash();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public int? MaxLength => _encoder.SequenceLength;

    /// <inheritdoc/>
    public TokenDocument Read(long index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Count, nameof(index));
        return _encoder.Encode(_series.Read(_chosen is null ? index : _chosen[(int)index]));
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{_series.Fingerprint} {_series.Count} {_encoder.SequenceLength}")));
        hash.AppendData(MemoryMarshal.AsBytes<long>((_chosen ?? []).ToArray()));
        for (var index = 0; index < Math.Min(Count, HashedDocuments); index++)
        {
            var document = Read(index);
            hash.AppendData(MemoryMarshal.AsBytes(document.Tokens.Span));
            hash.AppendData(MemoryMarshal.AsBytes(document.Targets.Span));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
