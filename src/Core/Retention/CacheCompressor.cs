using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>
/// Keeps a cache small: looks on where its policy needs it and, after a pass, cuts the sequences that are too long in place, a few layers
/// at a time, so that old and new never lie in memory together for more than those.
/// </summary>
/// <remarks>
/// The token whose pass fills the last slot still attends to all of them. The official code of Sparse-RL compresses before that
/// attention; the next token sees the same in both.
/// </remarks>
internal sealed class CacheCompressor : IForwardObserver, IDisposable
{
    private readonly RetentionSettings _settings;
    private readonly PreallocatedCache _cache;
    private readonly HostTransfer _transfer;
    private readonly QueryWindow? _window;
    private readonly AttentionMass? _mass;
    private readonly HeadPositions _positions;
    private readonly CompressionTrigger _trigger;
    private readonly LayerCompressor _compressor;
    private readonly int _layers;
    private CacheStep? _step;
    private bool _watchesQueries;

    /// <summary>Takes the memory that the policy needs beside the cache.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="cache">What is kept small; the caller disposes it.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="type">The element type of queries.</param>
    /// <param name="transfer">The way to the cache's device.</param>
    public CacheCompressor(
        RetentionSettings settings,
        PreallocatedCache cache,
        TransformerConfig config,
        ScalarType type,
        HostTransfer transfer)
    {
        (_settings, _cache, _transfer, _layers) = (settings, cache, transfer, config.LayerCount);
        var policy = settings.Policy;
        _window = policy.QueryWindow > 0 ? new QueryWindow(policy.QueryWindow, cache.Shape.Sequences, config, type, transfer) : null;
        _mass = policy.NeedsAttentionMass ? new AttentionMass(cache.Groups) : null;
        _positions = new HeadPositions(cache.Groups, layer => settings.LayerBudget(layer, _layers));
        _trigger = new CompressionTrigger(settings, cache.Shape.Sequences);
        _compressor = new LayerCompressor(settings, _window, _mass, _positions, transfer);
    }

    /// <summary>Gets the memory taken beside the cache, in bytes.</summary>
    public long Bytes => (_window?.Bytes ?? 0) + (_mass?.Bytes ?? 0) + _positions.Bytes;

    public RetentionSettings Settings => _settings;

    /// <summary>Prepares for a pass, in the pass's scope.</summary>
    /// <param name="step">The pass.</param>
    /// <returns>Who looks on; null if nobody needs to.</returns>
    public IForwardObserver? Begin(CacheStep step)
    {
        _step = step;
        _watchesQueries = _window is not null && step.Rows.Any(IsNearCompression);
        if (_watchesQueries)
        {
            _window!.Begin(step);
        }

        return _watchesQueries || _mass is not null ? this : null;
    }

    /// <inheritdoc/>
    public void ObserveHidden(int layer, Tensor hidden)
    {
    }

    /// <inheritdoc/>
    public void ObserveAttention(AttentionTrace trace)
    {
        if (_watchesQueries)
        {
            _window!.Write(trace);
        }

        _mass?.Add(trace, _step!);
    }

    /// <summary>Compresses the sequences that are too long now.</summary>
    /// <param name="rows">The sequences that a pass ran, how many tokens of each, and whether its prompt goes on.</param>
    /// <returns>The sequences that were compressed.</returns>
    public IReadOnlyList<int> Compress(IEnumerable<(int Sequence, int Tokens, bool GoesOn)> rows)
    {
        var open = _trigger.Open(rows, _cache.NextPosition);
        var compressed = new SortedSet<int>();
        foreach (var group in _cache.Groups)
        {
            var budget = _settings.LayerBudget(group.First, _layers);
            foreach (var alike in open
                .Where(sequence => _trigger.IsDue(sequence, group.Lengths[sequence], budget))
                .GroupBy(sequence => (group.Lengths[sequence], group.Chosen(sequence))))
            {
                _compressor.Compress(group, [.. alike], budget);
                compressed.UnionWith(alike);
            }
        }

        _trigger.Close(open);
        return [.. compressed];
    }

    /// <summary>Follows <see cref="PreallocatedCache.Truncate"/>.</summary>
    public void Truncate(int sequence)
    {
        _mass?.Truncate(sequence);
        _trigger.Truncate(sequence, _cache.Lengths[sequence]);
    }

    /// <summary>Follows <see cref="PreallocatedCache.Copy"/>.</summary>
    public void Copy(int source, int target)
    {
        _window?.Copy(source, target);
        _mass?.Copy(source, target);
        _positions.Copy(source, target);
        _trigger.Copy(source, target);
    }

    /// <summary>Returns the positions of a sequence's tokens in one layer, <c>[kvHeads][filled]</c>.</summary>
    public int[][] Positions(int layer, int sequence)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var block = new CompressionBlock(_cache.Group(layer), (layer, 1), [sequence], 0, _transfer);
        var all = _positions.Read(block, _transfer).cpu();
        return [.. Enumerable.Range(0, (int)all.shape[1])
            .Select(head => Array.ConvertAll(all[0, head].contiguous().data<long>().ToArray(), position => (int)position))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _window?.Dispose();
        _mass?.Dispose();
        _positions.Dispose();
    }

    // The window is only written where it may be read: in prompts and on the last steps before a compression.
    private bool IsNearCompression(CacheRow row) =>
        row.Positions.Length > 1 || _trigger.IsPrompt(row.Sequence) || _cache.Groups.Any(group =>
            group.Lengths[row.Sequence] == 0 || group.Lengths[row.Sequence] + 1 >
            _settings.LayerBudget(group.First, _layers) + _settings.Interval - _settings.Policy.QueryWindow);
}
