using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Simd;

/// <summary>Attention of a pass: queries that see the same sequence and key head are answered together, a tile of them at a time.</summary>
/// <param name="config">The model's sizes.</param>
/// <param name="cache">Keys and values.</param>
/// <param name="compressor">What keeps the cache small; null where all tokens are kept.</param>
/// <param name="team">The threads.</param>
/// <param name="scratch">Memory for each thread.</param>
internal sealed unsafe class PassAttention(
    TransformerConfig config, SimdCache cache, SimdCompressor? compressor, ThreadTeam team, NativeBuffer<float>[] scratch)
{
    private readonly List<AttentionTile> _tiles = [];
    private PassTokens _tokens = null!;
    private PassBuffers _buffers = null!;

    /// <summary>Gets whether what keys receive is to be added up.</summary>
    public bool Weighs => compressor?.Attention is not null;

    /// <summary>Gets whether answers are rounded as they come, so far as matrices need that: heads are whole groups.</summary>
    public bool Rounds => config.HeadDim % QuantizedBlocks.Inputs == 0;

    /// <summary>Gets the number of tiles of the pass.</summary>
    public int Tiles => _tiles.Count;

    /// <summary>Finds the tiles of a pass.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="buffers">Where queries are and answers go.</param>
    public void Begin(PassTokens tokens, PassBuffers buffers)
    {
        (_tokens, _buffers) = (tokens, buffers);
        _tiles.Clear();
        var group = config.HeadCount / config.KeyValueHeadCount;
        for (int first = 0, end; first < tokens.Count; first = end)
        {
            for (end = first + 1; end < tokens.Count && tokens.Sequences[end] == tokens.Sequences[first]; end++)
            {
            }

            var queries = (end - first) * group;
            var parts = Math.Max(Parts(queries, AttentionTile.Most), Math.Min(queries, Parts(team.Size, config.KeyValueHeadCount)));
            for (var head = 0; head < config.KeyValueHeadCount; head++)
            {
                for (var part = 0; part < parts; part++)
                {
                    var query = Panels.Start(queries, part, parts);
                    _tiles.Add(new AttentionTile(first, head, query, Panels.Start(queries, part + 1, parts) - query));
                }
            }
        }
    }

    /// <summary>Answers a thread's share of the tiles.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="part">The thread.</param>
    public void Attend(int layer, int part)
    {
        var views = stackalloc QueryView[AttentionTile.Most];
        foreach (var (first, end) in team.Share(part))
        {
            for (var index = first; index < end; index++)
            {
                var tile = _tiles[index];
                cache.Attend(layer, _tokens.Sequences[tile.FirstRow], tile.Head, Queries(layer, tile, views), scratch[part].Pointer);
                for (var query = 0; Rounds && query < tile.Count; query++)
                {
                    var (row, head) = Place(tile, query);
                    _buffers.Attended.RoundPart(row, head * config.HeadDim, (head + 1) * config.HeadDim);
                }
            }
        }
    }

    /// <summary>Adds up what keys receive: the heads are shared among the threads, so that the order of a head's sums is always the same.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="part">The thread.</param>
    public void Weigh(int layer, int part)
    {
        var views = stackalloc QueryView[AttentionTile.Most];
        var (first, end) = (Panels.Start(config.KeyValueHeadCount, part, team.Size), Panels.Start(config.KeyValueHeadCount, part + 1, team.Size));
        foreach (var tile in _tiles)
        {
            if (tile.Head >= first && tile.Head < end)
            {
                var sequence = _tokens.Sequences[tile.FirstRow];
                var sums = compressor!.Attention!.Of(layer, sequence, tile.Head);
                cache.AddShares(layer, sequence, tile.Head, Queries(layer, tile, views), sums, scratch[part].Pointer);
            }
        }
    }

    /// <summary>Keeps a token's queries, if it is among the last few of its sequence and the cache is compressed by them.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="row">The token.</param>
    public void KeepQueries(int layer, int row)
    {
        if (compressor?.Queries is not { } queries)
        {
            return;
        }

        var (sequence, later) = (_tokens.Sequences[row], row + queries.Window);
        if (later >= _tokens.Count || _tokens.Sequences[later] != sequence)
        {
            queries.Write(layer, sequence, _tokens.Positions[row], _buffers.Projected.Pointer + ((long)row * _buffers.ProjectedStep));
        }
    }

    private static int Parts(int count, int most) => (count + most - 1) / most;

    private ReadOnlySpan<QueryView> Queries(int layer, AttentionTile tile, QueryView* views)
    {
        var fewer = cache.Fewer(layer, _tokens.Sequences[tile.FirstRow]);
        for (var query = 0; query < tile.Count; query++)
        {
            var (row, head) = Place(tile, query);
            var place = head * config.HeadDim;
            views[query] = new QueryView(
                _buffers.Projected.Pointer + ((long)row * _buffers.ProjectedStep) + place, _tokens.Visible(row).Without(fewer), _buffers.Attended[row] + place);
        }

        return new ReadOnlySpan<QueryView>(views, tile.Count);
    }

    /// <summary>Returns the token and the query head of a query.</summary>
    private (int Row, int Head) Place(AttentionTile tile, int query)
    {
        var group = config.HeadCount / config.KeyValueHeadCount;
        return (tile.FirstRow + ((tile.FirstQuery + query) / group), (tile.Head * group) + ((tile.FirstQuery + query) % group));
    }
}
