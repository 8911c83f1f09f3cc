using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Simd;

/// <summary>Keeps a cache small: cuts sequences that are too long after a pass, in place, head by head.</summary>
/// <remarks>What a sequence keeps depends on nothing but the sequence: the policy is asked about one at a time, some layers at once.</remarks>
internal sealed unsafe class SimdCompressor : IDisposable
{
    private readonly SimdCache _cache;
    private readonly TransformerConfig _config;
    private readonly CompressionTrigger _trigger;
    private readonly KeptPositions _positions;
    private readonly int[] _budgets;
    private readonly int[] _left;

    /// <summary>Takes the memory that the policy needs beside the cache.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="cache">What is kept small; the caller disposes it.</param>
    /// <param name="config">The model's sizes.</param>
    public SimdCompressor(RetentionSettings settings, SimdCache cache, TransformerConfig config)
    {
        (Settings, _cache, _config) = (settings, cache, config);
        _budgets = [.. Enumerable.Range(0, config.LayerCount).Select(layer => settings.LayerBudget(layer, config.LayerCount))];
        _left = new int[config.LayerCount];
        _trigger = new CompressionTrigger(settings, cache.Sequences);
        _positions = new KeptPositions(cache.Shape, _budgets);
        Queries = settings.Policy.QueryWindow > 0 ? new RecentQueries(settings.Policy.QueryWindow, cache.Sequences, config) : null;
        Attention = settings.Policy.NeedsAttentionMass ? new ReceivedAttention(cache.Shape) : null;
    }

    /// <summary>Gets how the cache is kept small.</summary>
    public RetentionSettings Settings { get; }

    /// <summary>Gets the latest queries; null where the policy does not look at them.</summary>
    public RecentQueries? Queries { get; }

    /// <summary>Gets the attention received; null where the policy does not look at it.</summary>
    public ReceivedAttention? Attention { get; }

    /// <summary>Gets the memory taken beside the cache, in bytes.</summary>
    public long Bytes => (Queries?.Bytes ?? 0) + (Attention?.Bytes ?? 0) + _positions.Bytes;

    /// <summary>Compresses the sequences that are too long now.</summary>
    /// <param name="rows">The sequences that a pass ran, how many tokens of each, and whether its prompt goes on.</param>
    /// <returns>The sequences that were compressed.</returns>
    public IReadOnlyList<int> Compress(IEnumerable<(int Sequence, int Tokens, bool GoesOn)> rows)
    {
        var open = _trigger.Open(rows, _cache.NextPosition);
        var compressed = open.FindAll(Compress);
        _trigger.Close(open);
        return compressed;
    }

    /// <summary>Returns the positions of a sequence's tokens in one layer, <c>[kvHeads][filled]</c>.</summary>
    public int[][] Positions(int layer, int sequence)
    {
        var held = new long[_cache.Filled(layer, sequence)];
        return [.. Enumerable.Range(0, _config.KeyValueHeadCount).Select(head =>
        {
            ReadPositions(layer, sequence, head, held);
            return Array.ConvertAll(held, position => (int)position);
        })];
    }

    /// <summary>Follows <see cref="SimdCache.Truncate"/>.</summary>
    public void Truncate(int sequence)
    {
        _trigger.Truncate(sequence, _cache.Lengths[sequence]);
        for (var layer = 0; Attention is not null && layer < _config.LayerCount; layer++)
        {
            Attention.Truncate(layer, sequence, _cache.Filled(layer, sequence));
        }
    }

    /// <summary>Follows <see cref="SimdCache.Copy"/>.</summary>
    public void Copy(int source, int target)
    {
        Queries?.Copy(source, target);
        Attention?.Copy(source, target);
        _positions.Copy(source, target);
        _trigger.Copy(source, target);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Queries?.Dispose();
        Attention?.Dispose();
    }

    private bool Compress(int sequence)
    {
        Array.Fill(_left, -1);
        for (int layer = 0, end; layer < _left.Length; layer = end)
        {
            var (length, budget) = (_cache.Filled(layer, sequence), _budgets[layer]);
            for (end = layer + 1; end < _left.Length && _cache.Filled(end, sequence) == length && _budgets[end] == budget; end++)
            {
            }

            if (_trigger.IsDue(sequence, length, budget))
            {
                Compress(sequence, layer, end, budget);
                _left.AsSpan(layer, end - layer).Fill(budget);
            }
        }

        var isCompressed = Array.Exists(_left, left => left >= 0);
        if (isCompressed)
        {
            _cache.Cut(sequence, _left);
        }

        return isCompressed;
    }

    /// <summary>Compresses layers that fill the same slots, as many at once as the processor's caches bear.</summary>
    private void Compress(int sequence, int first, int end, int budget)
    {
        using var quiet = inference_mode();
        var length = (long)_cache.Filled(first, sequence);
        var atOnce = (int)Math.Clamp(RetentionChoice.CellsAtOnce / (length * length * _config.KeyValueHeadCount), 1, end - first);
        var shared = Settings.Sharing == RetentionSharing.FirstLayer ? Choose(sequence, first, 1, budget) : null;
        for (var layer = first; layer < end; layer += atOnce)
        {
            var count = Math.Min(atOnce, end - layer);
            var kept = shared ?? Choose(sequence, layer, count, budget);
            for (var row = 0; row < count * _config.KeyValueHeadCount; row++)
            {
                var place = shared is null ? row : row % _config.KeyValueHeadCount;
                Keep(layer + (row / _config.KeyValueHeadCount), sequence, row % _config.KeyValueHeadCount, kept.AsSpan(place * budget, budget));
            }
        }
    }

    private void Keep(int layer, int sequence, int head, ReadOnlySpan<long> slots)
    {
        var held = new long[_cache.Filled(layer, sequence)];
        ReadPositions(layer, sequence, head, held);
        _positions.Write((layer, sequence, head), held, slots);
        Attention?.Keep(layer, sequence, head, slots);
        for (var to = 0; to < slots.Length; to++)
        {
            if (slots[to] != to)
            {
                _cache.Move(layer, sequence, head, (int)slots[to], to);
            }
        }
    }

    private void ReadPositions(int layer, int sequence, int head, Span<long> target) =>
        _positions.Read((layer, sequence, head), _cache.Chosen(layer, sequence), _cache.NextPosition(sequence), target);

    /// <summary>Asks the policy about neighbouring layers of a sequence: the slots that stay, <c>[layers, kvHeads, budget]</c>.</summary>
    private long[] Choose(int sequence, int first, int count, int budget)
    {
        using var scope = NewDisposeScope();
        var view = new RetentionView
        {
            Layers = Numbers(count, row => first + row),
            Recent = Settings.Policy.Recent(budget),
            Keys = Keys(sequence, first, count),
            Queries = Queries is null ? null : Latest(Queries, sequence, first, count),
            Mass = Attention is null ? null : Mass(Attention, sequence, first, count),
            Positions = Held(sequence, first, count),
            SequenceKeys = Numbers(count, _ => Settings.SequenceKey(sequence)),
            Seen = Numbers(count, _ => _cache.NextPosition(sequence)),
        };
        return RetentionChoice.Of(Settings, view, budget).contiguous().data<long>().ToArray();
    }

    private static Tensor Numbers(int count, Func<int, long> number)
    {
        long[] numbers = [.. Enumerable.Range(0, count).Select(number)];
        return tensor(numbers, [count, 1, 1]);
    }

    private Tensor Keys(int sequence, int first, int count)
    {
        var (heads, length, width) = (_config.KeyValueHeadCount, _cache.Filled(first, sequence), _config.HeadDim);
        var keys = empty([count, heads, length, width]);
        var target = (float*)TensorMemory.Pointer(keys);
        for (var row = 0; row < count * heads; row++, target += length * width)
        {
            _cache.ReadKeys(first + (row / heads), sequence, row % heads, length, target);
        }

        return keys;
    }

    private Tensor Latest(RecentQueries queries, int sequence, int first, int count)
    {
        var latest = empty([count, _config.HeadCount, queries.Window, _config.HeadDim]);
        var target = (float*)TensorMemory.Pointer(latest);
        for (var row = 0; row < count; row++, target += _config.HeadCount * queries.Window * _config.HeadDim)
        {
            queries.Read(first + row, sequence, _cache.NextPosition(sequence), target);
        }

        return latest;
    }

    private Tensor Mass(ReceivedAttention attention, int sequence, int first, int count)
    {
        var (heads, length) = (_config.KeyValueHeadCount, _cache.Filled(first, sequence));
        var mass = empty([count, heads, length]);
        var target = (float*)TensorMemory.Pointer(mass);
        for (var row = 0; row < count * heads; row++, target += length)
        {
            new Span<float>(attention.Of(first + (row / heads), sequence, row % heads), length).CopyTo(new Span<float>(target, length));
        }

        return mass;
    }

    private Tensor Held(int sequence, int first, int count)
    {
        var (heads, length) = (_config.KeyValueHeadCount, _cache.Filled(first, sequence));
        var held = new long[count * heads * length];
        for (var row = 0; row < count * heads; row++)
        {
            ReadPositions(first + (row / heads), sequence, row % heads, held.AsSpan(row * length, length));
        }

        return tensor(held, [count, heads, length]);
    }
}
