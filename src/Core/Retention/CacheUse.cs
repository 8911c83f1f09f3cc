using LlmEfficiency.Core.Caching;

namespace LlmEfficiency.Core.Retention;

/// <summary>What a session's cache takes and holds: bytes, filled slots, compressions. Counted on the host, so it costs nothing.</summary>
public sealed class CacheUse
{
    private readonly PreallocatedCache _cache;
    private readonly CacheCompressor? _compressor;
    private readonly int[,] _peaks;             // [layer groups, sequences]
    private readonly int[] _compressions;
    private readonly int?[] _firstCompressions;
    private readonly double[] _retained;
    private readonly long[] _dense;
    private readonly int[] _passes;

    internal CacheUse(PreallocatedCache cache, CacheCompressor? compressor)
    {
        var sequences = cache.Shape.Sequences;
        (_cache, _compressor) = (cache, compressor);
        (_peaks, _compressions, _firstCompressions) = (new int[cache.Groups.Count, sequences], new int[sequences], new int?[sequences]);
        (_retained, _dense, _passes) = (new double[sequences], new long[sequences], new int[sequences]);
    }

    /// <summary>Gets how the cache is kept small; null if it keeps everything.</summary>
    public RetentionSettings? Retention => _compressor?.Settings;

    /// <summary>Gets how many sequences there are.</summary>
    public int Sequences => _cache.Shape.Sequences;

    /// <summary>
    /// Gets the memory taken, filled or not, in bytes: keys, values, and what the policy needs beside them (latest queries, attention
    /// received, positions).
    /// </summary>
    public long AllocatedBytes => _cache.Bytes + (_compressor?.Bytes ?? 0);

    /// <summary>Gets the memory of the keys and values of one token in all layers, in bytes.</summary>
    public long BytesPerToken => _cache.Shape.ElementsPerLayerSlot * _cache.Shape.Layers * _cache.ElementSize;

    /// <summary>Returns how many slots a sequence fills in a layer; the same in each head.</summary>
    public int Filled(int layer, int sequence) => _cache.Group(layer).Lengths[sequence];

    /// <summary>Returns the most slots that a sequence ever filled in a layer; the same in each head.</summary>
    public int Peak(int layer, int sequence) => _peaks[GroupIndex(layer), sequence];

    /// <summary>Returns how many tokens a sequence has taken in, kept or not.</summary>
    public int Seen(int sequence) => _cache.NextPosition(sequence);

    /// <summary>Returns after how many passes a layer of a sequence was compressed since the sequence began.</summary>
    public int Compressions(int sequence) => _compressions[sequence];

    /// <summary>
    /// Returns how many tokens a sequence had taken in when it was first compressed: the token at that position is the first to see a
    /// compressed cache. Null if it never was.
    /// </summary>
    public int? FirstCompression(int sequence) => _firstCompressions[sequence];

    /// <summary>Returns how many passes gave logits of a sequence's latest token.</summary>
    public int Passes(int sequence) => _passes[sequence];

    /// <summary>Returns how many tokens the latest token saw in those passes, itself included, added up, as a mean of the layers.</summary>
    public double Retained(int sequence) => _retained[sequence];

    /// <summary>Returns how many it would have seen in a cache that keeps everything, added up.</summary>
    public long Dense(int sequence) => _dense[sequence];

    /// <summary>Returns the positions of the tokens that a layer holds of a sequence, <c>[kvHeads][filled]</c>; waits for the device.</summary>
    public int[][] Positions(int layer, int sequence) => _compressor is null
        ? [.. Enumerable.Range(0, _cache.Shape.KeyValueHeads).Select(_ => _cache.Positions(sequence).ToArray())]
        : _compressor.Positions(layer, sequence);

    internal void Count(int sequence, bool hasLogits)
    {
        var filled = 0L;
        for (var group = 0; group < _cache.Groups.Count; group++)
        {
            var layers = _cache.Groups[group];
            var length = layers.Lengths[sequence];
            _peaks[group, sequence] = Math.Max(_peaks[group, sequence], length);
            filled += (long)length * layers.Count;
        }

        if (hasLogits)
        {
            _passes[sequence]++;
            _retained[sequence] += (double)filled / _cache.Shape.Layers;
            // A draft's tokens share positions, and only a cache that keeps everything takes drafts.
            _dense[sequence] += _compressor is null ? _cache.Lengths[sequence] : _cache.NextPosition(sequence);
        }
    }

    internal void CountCompression(int sequence)
    {
        _compressions[sequence]++;
        _firstCompressions[sequence] ??= _cache.NextPosition(sequence);
    }

    internal void Truncate(int sequence)
    {
        if (_cache.Lengths[sequence] == 0)
        {
            (_compressions[sequence], _firstCompressions[sequence]) = (0, null);
        }
    }

    internal void Copy(int source, int target)
    {
        (_compressions[target], _firstCompressions[target]) = (_compressions[source], _firstCompressions[source]);
        for (var group = 0; group < _cache.Groups.Count; group++)
        {
            _peaks[group, target] = Math.Max(_peaks[group, target], _peaks[group, source]);
        }
    }

    private int GroupIndex(int layer) => _cache.Groups.TakeWhile(group => !group.Has(layer)).Count();
}
