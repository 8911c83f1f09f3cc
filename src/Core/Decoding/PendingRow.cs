using LlmEfficiency.Core.Caching;

namespace LlmEfficiency.Core.Decoding;

/// <summary>A row on its way through the model, one chunk after the other.</summary>
/// <param name="Row">The tokens.</param>
/// <param name="Positions">Their positions, given or counted on.</param>
/// <param name="Start">How many slots its sequence filled before.</param>
/// <param name="FirstLogits">Where its first logits go in the answer.</param>
internal sealed record PendingRow(DecodeRow Row, ReadOnlyMemory<int> Positions, int Start, int FirstLogits)
{
    private int _done;

    public bool IsDone => _done == Row.Tokens.Length;

    public static int LogitCount(DecodeRow row) => row.Logits switch
    {
        LogitSelection.None => 0,
        LogitSelection.Last => 1,
        LogitSelection.All => row.Tokens.Length,
        _ => throw new ArgumentException($"unknown selection {row.Logits}", nameof(row)),
    };

    public Chunk Next(int chunkLength)
    {
        var left = Row.Tokens.Length - _done;
        var count = Row.Ancestors is null ? Math.Min(left, chunkLength) : left;
        var chunk = new Chunk(this, _done, count);
        _done += count;
        return chunk;
    }

    /// <summary>Neighbouring tokens of one row.</summary>
    internal sealed record Chunk(PendingRow Pending, int First, int Count)
    {
        public ReadOnlySpan<int> Tokens => Pending.Row.Tokens.Span.Slice(First, Count);

        public CacheRow ToCacheRow() => new(Pending.Row.Sequence, Pending.Positions.Slice(First, Count))
        {
            Base = Pending.Start,
            Sees = Pending.Row.Ancestors is { } mask ? (query, key) => mask[query, key] : null,
        };

        /// <summary>Names the tokens that get logits: their index in the chunk and where the logits go.</summary>
        public IEnumerable<(int Token, int Target)> Wanted()
        {
            var last = Pending.Row.Tokens.Length - 1;
            return Pending.Row.Logits switch
            {
                LogitSelection.All => Enumerable.Range(0, Count).Select(i => (i, Pending.FirstLogits + First + i)),
                LogitSelection.Last when First + Count - 1 == last => [(Count - 1, Pending.FirstLogits)],
                _ => [],
            };
        }
    }
}
