using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;

namespace LlmEfficiency.SparseRL.Tests.Retention;

/// <summary>An engine whose sessions write down, after every pass, which tokens each layer and head of each sequence hold.</summary>
internal sealed class RecordingEngine(IDecodeEngine inner) : IDecodeEngine
{
    public TransformerConfig Config => inner.Config;

    public string Description => inner.Description;

    /// <summary>Gets, for each sequence and number of tokens seen, what is held: <c>[layer][kvHead][slot]</c>.</summary>
    public Dictionary<(int Sequence, int Seen), int[][][]> Held { get; } = [];

    /// <summary>Gets the cache of the last session.</summary>
    public CacheUse? Use { get; private set; }

    public IDecodeSession Open(int sequences, int capacity, RetentionSettings? retention = null)
    {
        var session = inner.Open(sequences, capacity, retention);
        Use = session.Use;
        return new Session(this, session);
    }

    public void Dispose() => inner.Dispose();

    /// <summary>Says whether a layer and head held one token when another was run.</summary>
    public bool Holds(int sequence, int layer, int head, int query, int key)
    {
        var seen = query;
        while (seen > 0 && !Held.ContainsKey((sequence, seen)))
        {
            seen--;
        }

        return key >= seen || Held[(sequence, seen)][layer][head].Contains(key);
    }

    private sealed class Session(RecordingEngine owner, IDecodeSession inner) : IDecodeSession
    {
        public IReadOnlyList<int> Lengths => inner.Lengths;

        public CacheUse? Use => inner.Use;

        public LogitBlock Forward(IReadOnlyList<DecodeRow> rows)
        {
            var logits = inner.Forward(rows);
            foreach (var sequence in rows.Select(row => row.Sequence))
            {
                owner.Held[(sequence, Use!.Seen(sequence))] =
                    [.. Enumerable.Range(0, owner.Config.LayerCount).Select(layer => Use.Positions(layer, sequence))];
            }

            return logits;
        }

        public void Retain(int sequence, ReadOnlySpan<int> slots) => inner.Retain(sequence, slots);

        public void Truncate(int sequence, int length) => inner.Truncate(sequence, length);

        public void Copy(int source, int target) => inner.Copy(source, target);

        public void Dispose() => inner.Dispose();
    }
}
