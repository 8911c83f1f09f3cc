namespace LlmEfficiency.Core.Retention;

/// <summary>What a session's cache takes and holds: bytes, filled slots, compressions. Counted on the host, so it costs nothing.</summary>
public sealed class CacheUse
{
    private readonly ICountedCache _cache;
    private readonly int[,] _peaks;             // [layers, sequences]
    private readonly int[] _compressions;
    private readonly int?[] _firstCompressions;
    private readonly double[] _retained;
    private readonly long[] _dense;
    private readonly int[] _passes;

    internal CacheUse(ICountedCache cache)
    {
        var sequences = cache.Shape.Sequences;
        _cache = cache;
        (_peaks, _compressions, _firstCompressions) = (new int[cache.Shape.Layers, sequences], new int[sequences], new int?[sequences]);
        (_retained, _dense, _passes) = (new double[sequences], new long[sequences], new int[sequences]);
    }

    /// <summary>Gets how the cache is kept small; null if it keeps everything.</summary>
    public RetentionSettings? Retention => _cache.Retention;

    /// <summary>Gets how many sequences there are.</summary>
    public int Sequences => _cache.Shape.Sequences;

    /// <summary>
    /// Gets the memory taken, filled or not, in bytes: keys, values, and what the policy needs beside them (latest queries, attention
    /// received, positions).
    /// </summary>
    public long AllocatedBytes => _cache.AllocatedBytes;

    /// <summary>Gets the memory of the keys and values of one token in all layers, in bytes.</summary>
    public long BytesPerToken => _cache.BytesPerToken;

    /// <summary>Returns how many slots a sequence fills in a layer; the same in each head.</summary>
    public int Filled(int layer, int sequence) => _cache.Filled(layer, sequence);

    /// <summary>Returns the most slots that a sequence ever filled in a layer; the same in each head.</summary>
    public int Peak(int layer, int sequence) => _peaks[layer, sequence];

    /// <summary>Returns how many tokens a sequence has taken in, kept or not.</summary>
    public int Seen(int sequence) => _cache.Seen(sequence);

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
    public int[][] Positions(int layer, int sequence) => _cache.Positions(layer, sequence);

    internal void Count(int sequence, bool hasLogits)
    {
        var filled = 0L;
        for (var layer = 0; layer < _cache.Shape.Layers; layer++)
        {
            var length = _cache.Filled(layer, sequence);
            _peaks[layer, sequence] = Math.Max(_peaks[layer, sequence], length);
            filled += length;
        }

        if (hasLogits)
        {
            _passes[sequence]++;
            _retained[sequence] += (double)filled / _cache.Shape.Layers;
            // A draft's tokens share positions, and only a cache that keeps everything takes drafts.
            _dense[sequence] += Retention is null ? _cache.Filled(0, sequence) : _cache.Seen(sequence);
        }
    }

    internal void CountCompression(int sequence)
    {
        _compressions[sequence]++;
        _firstCompressions[sequence] ??= _cache.Seen(sequence);
    }

    internal void Truncate(int sequence)
    {
        if (_cache.Filled(0, sequence) == 0)
        {
            (_compressions[sequence], _firstCompressions[sequence]) = (0, null);
        }
    }

    internal void Copy(int source, int target)
    {
        (_compressions[target], _firstCompressions[target]) = (_compressions[source], _firstCompressions[source]);
        for (var layer = 0; layer < _cache.Shape.Layers; layer++)
        {
            _peaks[layer, target] = Math.Max(_peaks[layer, target], _peaks[layer, source]);
        }
    }
}
