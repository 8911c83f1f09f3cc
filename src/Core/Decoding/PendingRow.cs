using LlmEfficiency.Core.Caching;

namespace LlmEfficiency.Core.Decoding;

/// <summary>A row on its way through the model, one chunk after the other.</summary>
/// <param name="Row">The tokens.</param>
/// <param name="Positions">Their positions, given or counted on.</param>
/// <param name="Start">How many slots its sequence filled before.</param>
/// <param name="FirstLogits">Where its first logits go in the answer.</param>
/// <param name="FirstFeatures">Where its first features go.</param>
internal sealed record PendingRow(DecodeRow Row, ReadOnlyMemory<int> Positions, int Start, int FirstLogits, int FirstFeatures)
{
    private int _done;

    public bool IsDone => _done == Row.Tokens.Length;

    public static int LogitCount(DecodeRow row) => Count(row.Logits, row);

    public static int FeatureCount(DecodeRow row) => Count(row.Features, row);

    public Chunk Next(int chunkLength)
    {
        var left = Row.Tokens.Length - _done;
        var count = Row.Ancestors is null ? Math.Min(left, chunkLength) : left;
        var chunk = new Chunk(this, _done, count);
        _done += count;
        return chunk;
    }

    private static int Count(LogitSelection selection, DecodeRow row) => selection switch
    {
        LogitSelection.None => 0,
        LogitSelection.Last => 1,
        LogitSelection.All => row.Tokens.Length,
        _ => throw new ArgumentException($"unknown selection {selection}", nameof(row)),
    };

    /// <summary>Neighbouring tokens of one row.</summary>
    internal sealed record Chunk(PendingRow Pending, int First, int Count)
    {
        public ReadOnlySpan<int> Tokens => Pending.Row.Tokens.Span.Slice(First, Count);

        public CacheRow ToCacheRow() => new(Pending.Row.Sequence, Pending.Positions.Slice(First, Count))
        {
            Base = Pending.Start - Pending.Row.MaskedSlots,
            Sees = Pending.Row.Ancestors is { } mask ? (query, key) => mask[Pending.Row.MaskedSlots + query, key] : null,
        };

        /// <summary>Names the tokens that get logits: their index in the chunk and where the logits go.</summary>
        public IEnumerable<(int Token, int Target)> Wanted() => Chosen(Pending.Row.Logits, Pending.FirstLogits);

        /// <summary>Names the tokens whose features are kept: their index in the chunk and where they go.</summary>
        public IEnumerable<(int Token, int Target)> Featured() => Chosen(Pending.Row.Features, Pending.FirstFeatures);

        private IEnumerable<(int Token, int Target)> Chosen(LogitSelection selection, int first)
        {
            var last = Pending.Row.Tokens.Length - 1;
            return selection switch
            {
                LogitSelection.All => Enumerable.Range(0, Count).Select(i => (i, first + First + i)),
                LogitSelection.Last when First + Count - 1 == last => [(Count - 1, first)],
                _ => [],
            };
        }
    }
}
