using System.Security.Cryptography;
using System.Text;

namespace LlmEfficiency.Core.Data;

/// <summary>Several sources one after another.</summary>
public sealed class JoinedDocuments : IDocumentSource
{
    private readonly IReadOnlyList<IDocumentSource> _sources;

    /// <summary>Joins sources.</summary>
    /// <param name="name">The name for reports and messages.</param>
    /// <param name="sources">The sources in their order.</param>
    public JoinedDocuments(string name, IReadOnlyList<IDocumentSource> sources)
    {
        (Name, _sources) = (name, sources);
        Count = sources.Sum(source => source.Count);
        MaxLength = sources.Any(source => source.MaxLength is null) ? null : sources.Max(source => source.MaxLength);
        Fingerprint = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', sources.Select(source => source.Fingerprint)))));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public int? MaxLength { get; }

    /// <inheritdoc/>
    public TokenDocument Read(long index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Count, nameof(index));
        var number = 0;
        while (index >= _sources[number].Count)
        {
            index -= _sources[number++].Count;
        }

        return _sources[number].Read(index);
    }
}
