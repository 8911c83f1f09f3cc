using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>The cache of a session with all that keeps it small and counts it.</summary>
internal sealed class SessionCache : ICountedCache, IDisposable
{
    private readonly CacheCompressor? _compressor;
    private readonly List<(int Sequence, int Tokens, bool GoesOn)> _ran = [];

    public SessionCache(CacheShape shape, ScalarType type, TransformerConfig config, HostTransfer transfer, RetentionSettings? retention)
    {
        Slots = new PreallocatedCache(shape, transfer.Device, type);
        _compressor = retention is null ? null : new CacheCompressor(retention, Slots, config, type, transfer);
        Use = new CacheUse(this);
    }

    public PreallocatedCache Slots { get; }

    public CacheUse Use { get; }

    public bool IsCompressed => _compressor is not null;

    CacheShape ICountedCache.Shape => Slots.Shape;

    RetentionSettings? ICountedCache.Retention => _compressor?.Settings;

    long ICountedCache.AllocatedBytes => Slots.Bytes + (_compressor?.Bytes ?? 0);

    long ICountedCache.BytesPerToken => Slots.Shape.ElementsPerLayerSlot * Slots.Shape.Layers * Slots.ElementSize;

    int ICountedCache.Filled(int layer, int sequence) => Slots.Group(layer).Lengths[sequence];

    int ICountedCache.Seen(int sequence) => Slots.NextPosition(sequence);

    int[][] ICountedCache.Positions(int layer, int sequence) => _compressor is null
        ? [.. Enumerable.Range(0, Slots.Shape.KeyValueHeads).Select(_ => Slots.Positions(sequence).ToArray())]
        : _compressor.Positions(layer, sequence);

    /// <summary>Prepares for a pass, in the pass's scope; null if nobody needs to look on.</summary>
    public IForwardObserver? Watch(CacheStep step) => _compressor?.Begin(step);

    /// <summary>Notes what a pass ran of a sequence.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="tokens">How many tokens.</param>
    /// <param name="goesOn">Whether it was a part of a prompt that goes on.</param>
    public void Ran(int sequence, int tokens, bool goesOn)
    {
        Use.Count(sequence, !goesOn);
        _ran.Add((sequence, tokens, goesOn));
    }

    /// <summary>Compresses the sequences that are too long behind the pass.</summary>
    public void Compress()
    {
        foreach (var sequence in _compressor?.Compress(_ran) ?? [])
        {
            Use.CountCompression(sequence);
        }

        _ran.Clear();
    }

    public void Retain(int sequence, ReadOnlySpan<int> slots)
    {
        if (_compressor is not null)
        {
            throw new InvalidOperationException("a session with retention chooses itself what it keeps");
        }

        Slots.Retain(sequence, slots);
    }

    public void Truncate(int sequence, int length)
    {
        Slots.Truncate(sequence, length);
        _compressor?.Truncate(sequence);
        Use.Truncate(sequence);
    }

    public void Copy(int source, int target)
    {
        Slots.Copy(source, target);
        if (source != target)
        {
            _compressor?.Copy(source, target);
            Use.Copy(source, target);
        }
    }

    public void Dispose()
    {
        _compressor?.Dispose();
        Slots.Dispose();
    }
}
