using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data;

/// <summary>
/// An endless, mixed and shuffled sequence of the documents of several sources. Sample <c>s</c> is a function of the
/// sources, the seed and <c>s</c> alone: it does not matter who reads, how many read, or what was read before.
/// </summary>
/// <remarks>
/// A block of 1024 samples holds a set number of draws of each source, in an order keyed by (seed, block). Draw
/// <c>d</c> of a source belongs to its epoch <c>d / Count</c>; an epoch is a permutation of the documents keyed by
/// (seed, source, epoch), so that each document is drawn once in each epoch.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of samples, not of bytes")]
public sealed class SampleStream
{
    private readonly BlockShares _shares;
    private readonly ulong _seed;

    /// <summary>Mixes sources.</summary>
    /// <param name="sources">
    /// The sources with their weights, which say how the samples (documents, not tokens) divide among them.
    /// </param>
    /// <param name="seed">The key of the order.</param>
    /// <exception cref="LlmEfficiencyException">There is no source, an empty one, or a weight that cannot be.</exception>
    public SampleStream(IReadOnlyList<(IDocumentSource Source, double Weight)> sources, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (sources.Count == 0)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, "there is no data source; name at least one");
        }

        foreach (var (source, _) in sources)
        {
            if (source.Count < 1)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Input, $"{source.Name}: there is no document to train on; leave this source out");
            }
        }

        (Sources, _seed) = ([.. sources], seed);
        _shares = new BlockShares([.. sources.Select(s => s.Source.Name)], [.. sources.Select(s => s.Weight)]);
        Fingerprint = Hash(sources, seed);
    }

    /// <summary>Gets the sources with their weights.</summary>
    public IReadOnlyList<(IDocumentSource Source, double Weight)> Sources { get; }

    /// <summary>
    /// Gets a hash, in hexadecimal digits, of the sources, weights and seed: streams that agree in it give the same
    /// samples.
    /// </summary>
    public string Fingerprint { get; }

    /// <summary>Returns a sample: the same for the same number, from any thread.</summary>
    /// <param name="sample">The number, from 0 on without end.</param>
    public TokenDocument Read(long sample)
    {
        var (source, _, index) = Locate(sample);
        return source.Read(index);
    }

    /// <summary>Returns where a sample comes from.</summary>
    /// <param name="sample">The number, from 0 on without end.</param>
    /// <returns>The source, how often it was gone through before, and the number of the document in it.</returns>
    public (IDocumentSource Source, long Epoch, long Index) Locate(long sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        var (block, slot) = Math.DivRem(sample, BlockShares.BlockSize);
        var place = new KeyedPermutation(BlockShares.BlockSize, _seed, family: 0, block).Map(slot);
        var number = 0;
        while (place >= _shares.Draws(block, number))
        {
            place -= _shares.Draws(block, number++);
        }

        var source = Sources[number].Source;
        var (epoch, turn) = Math.DivRem(_shares.DrawsBefore(block, number) + place, source.Count);
        return (source, epoch, new KeyedPermutation(source.Count, _seed, number + 1, epoch).Map(turn));
    }

    private static string Hash(IReadOnlyList<(IDocumentSource Source, double Weight)> sources, ulong seed)
    {
        var parts = sources.Select(s => string.Create(
            CultureInfo.InvariantCulture, $"{s.Source.Fingerprint} {s.Source.Count} {s.Weight:R}"));
        var text = string.Join('\n', parts.Prepend(seed.ToString(CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
