using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data;

/// <summary>
/// Cuts a stream of samples into batches. The shards are filled one after another with whole documents in the order of
/// the stream; the first document that does not fit in the last shard begins the next batch.
/// </summary>
public sealed class BatchSource
{
    private readonly SampleStream _stream;
    private readonly int _shardCount;
    private readonly int _tokensPerShard;

    /// <summary>Prepares to read.</summary>
    /// <param name="stream">The samples.</param>
    /// <param name="shardCount">The number of shards of a batch.</param>
    /// <param name="tokensPerShard">The most tokens of a shard.</param>
    /// <exception cref="LlmEfficiencyException">A source may hold documents that are longer than a shard.</exception>
    public BatchSource(SampleStream stream, int shardCount, int tokensPerShard)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(shardCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokensPerShard, 1);
        (_stream, _shardCount, _tokensPerShard) = (stream, shardCount, tokensPerShard);
        foreach (var (source, _) in stream.Sources)
        {
            Check(source.Name, source.MaxLength ?? 0, tokensPerShard);
        }
    }

    /// <summary>Returns the batch that begins with a sample: the same for the same number, from any thread.</summary>
    /// <param name="firstSample">0, or the <see cref="PackedBatch.NextSample"/> of the batch before.</param>
    /// <exception cref="LlmEfficiencyException">A document is longer than a shard.</exception>
    public PackedBatch Read(long firstSample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstSample);
        var shards = new List<PackedShard>(_shardCount);
        var filling = new ShardFilling(_tokensPerShard);
        for (var sample = firstSample; ; sample++)
        {
            var document = _stream.Read(sample);
            if (filling.TryAdd(document, sample))
            {
                continue;
            }

            if (!filling.IsEmpty)
            {
                shards.Add(filling.ToShard());
                if (shards.Count == _shardCount)
                {
                    return new PackedBatch(shards, firstSample, sample);
                }

                filling = new ShardFilling(_tokensPerShard);
            }

            if (!filling.TryAdd(document, sample))
            {
                Check(_stream.Locate(sample).Source.Name, document.Tokens.Length, _tokensPerShard);
            }
        }
    }

    /// <summary>Refuses a length for which there is no room.</summary>
    internal static void Check(string source, int length, int tokensPerShard)
    {
        if (length > tokensPerShard)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, string.Create(
                CultureInfo.InvariantCulture,
                $"{source}: documents of {length} tokens do not fit in shards of {tokensPerShard} tokens; "
                + $"make the sequence length smaller or the shards larger"));
        }
    }
}
