using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// Decoding over an open session: prompts in chunks, then, for every unfinished sequence, one token a pass, or one and a
/// draft.
/// </summary>
/// <param name="session">Holds sequence i of <paramref name="sequences"/> as its sequence i.</param>
/// <param name="sequences">What is generated.</param>
/// <param name="meter">Takes the measurements.</param>
/// <param name="settings">How passes are made.</param>
internal sealed class DecodeLoop(
    IDecodeSession session, IReadOnlyList<SequenceProgress> sequences, GenerationMeter meter, DecodeLoopSettings settings)
{
    private const int MostRows = 512;
    private const int MostPromptLogits = 1 << 24;   // of all sequences in a pass, in host memory, where a drafter watches

    private readonly List<DecodeRow> _rows = [];
    private readonly Dictionary<int, DraftedSequence> _drafted = [];

    // How many prompt tokens were run; a compressed cache holds fewer.
    private readonly int[] _prompted = [.. session.Lengths.Select((length, sequence) => session.Use?.Seen(sequence) ?? length)];

    /// <summary>Runs until every sequence has ended.</summary>
    /// <param name="cancellation">Looked at before each pass.</param>
    public void Run(CancellationToken cancellation)
    {
        if (settings.Drafter is null)
        {
            Prefill(cancellation);
            Decode(cancellation);
            return;
        }

        try
        {
            Open(settings.Drafter);
            Prefill(cancellation);
            Speculate(cancellation);
        }
        finally
        {
            var closing = settings.Time.GetTimestamp();
            End(new Queue<DraftedSequence>(_drafted.Values));
            meter.Drafting(closing);
        }
    }

    private void Prefill(CancellationToken cancellation)
    {
        while (AddPromptRows() && !IsCancelled(cancellation))
        {
            var logits = session.Forward(_rows);
            meter.PrefillPass();
            Draw(logits);
        }
    }

    private void Decode(CancellationToken cancellation)
    {
        while (AddTokenRows() && !IsCancelled(cancellation))
        {
            var logits = session.Forward(_rows);
            meter.DecodePass(_rows.Count);
            Draw(logits);
            foreach (var row in _rows)
            {
                sequences[row.Sequence].CountPass(0);
            }
        }
    }

    private void Open(IDrafter drafter)
    {
        var opening = settings.Time.GetTimestamp();
        for (var sequence = 0; sequence < sequences.Count; sequence++)
        {
            if (sequences[sequence].Finish is null)
            {
                _drafted.Add(sequence, new DraftedSequence(
                    sequences[sequence], sequence, drafter.Open(sequences[sequence].Prompt.Span), settings.Cost));
            }
        }

        meter.Drafting(opening);
    }

    private void Speculate(CancellationToken cancellation)
    {
        while (AddDraftRows() && !IsCancelled(cancellation))
        {
            var start = settings.Time.GetTimestamp();
            var logits = session.Forward(_rows);
            settings.Cost?.Observe(_rows.Sum(row => row.Tokens.Length), settings.Time.GetElapsedTime(start).TotalSeconds);
            meter.DecodePass(_rows.Count);
            var (first, firstFeatures) = (0, 0);
            foreach (var row in _rows)
            {
                var drafted = _drafted[row.Sequence];
                drafted.Draw(logits, first, meter);
                var kept = settings.Time.GetTimestamp();
                drafted.Watch(row.Tokens.Span, logits, first);
                if (row.Features == LogitSelection.All)
                {
                    drafted.Follow(session, firstFeatures);
                }

                drafted.Keep(session);
                meter.Drafting(kept);
                first += row.Tokens.Length;
                firstFeatures += PendingRow.FeatureCount(row);
            }
        }
    }

    // All of them, even where one fails.
    private static void End(Queue<DraftedSequence> drafted)
    {
        while (drafted.TryDequeue(out var sequence))
        {
            try
            {
                sequence.Dispose();
            }
            finally
            {
                End(drafted);
            }
        }
    }

    private bool AddPromptRows()
    {
        _rows.Clear();
        for (var sequence = 0; sequence < sequences.Count; sequence++)
        {
            var prompt = sequences[sequence].Prompt;
            var rest = prompt[Math.Min(_prompted[sequence], prompt.Length)..];
            if (sequences[sequence].Finish is null && !rest.IsEmpty)
            {
                var isWatched = _drafted.TryGetValue(sequence, out var drafts) && drafts.WatchesPrompt;
                var chunk = isWatched
                    ? Math.Clamp(MostPromptLogits / settings.Vocabulary / sequences.Count, 1, settings.PrefillChunk)
                    : settings.PrefillChunk;
                _prompted[sequence] += Math.Min(rest.Length, chunk);
                var (tokens, rule) = rest.Length <= chunk ? (rest, LogitSelection.Last) : (rest[..chunk], LogitSelection.None);
                _rows.Add(new DecodeRow(sequence, tokens)
                {
                    Logits = isWatched ? LogitSelection.All : rule,
                    Features = drafts?.Features ?? LogitSelection.None,
                });
            }
        }

        return _rows.Count > 0;
    }

    private bool AddTokenRows()
    {
        _rows.Clear();
        for (var sequence = 0; sequence < sequences.Count; sequence++)
        {
            if (sequences[sequence].Finish is null)
            {
                _rows.Add(new DecodeRow(sequence, new[] { sequences[sequence].History.Generated[^1] }));
            }
        }

        return _rows.Count > 0;
    }

    private bool AddDraftRows()
    {
        _rows.Clear();
        var start = settings.Time.GetTimestamp();
        var active = sequences.Count(sequence => sequence.Finish is null);
        var plan = new PassPlan(active, active);
        for (var sequence = 0; sequence < sequences.Count; sequence++)
        {
            if (sequences[sequence].Finish is null)
            {
                // All tokens of a pass have logits in host memory: many sequences share a bound.
                var rows = Math.Min(settings.MaxRows, Math.Max(1, MostRows / active));
                var limit = Math.Min(rows, settings.Capacity - session.Lengths[sequence]) - 1;
                _rows.Add(_drafted[sequence].Row(limit, settings.Vocabulary, ref plan));
            }
        }

        meter.Drafting(start);

        return _rows.Count > 0;
    }

    private void Draw(LogitBlock logits)
    {
        var (next, nextFeatures) = (0, 0);
        foreach (var row in _rows)
        {
            if (row.Logits == LogitSelection.All)
            {
                _drafted[row.Sequence].Watch(row.Tokens.Span, logits, next);
            }

            if (row.Features == LogitSelection.All)
            {
                var count = row.Tokens.Length;
                _drafted[row.Sequence].FollowPrompt(session, nextFeatures, _prompted[row.Sequence] - count, count);
                nextFeatures += count;
            }

            next += PendingRow.LogitCount(row);
            if (row.Logits != LogitSelection.None && _prompted[row.Sequence] >= sequences[row.Sequence].Prompt.Length)
            {
                sequences[row.Sequence].Draw(logits[next - 1]);
                meter.Tokens(1);
            }
        }
    }

    private bool IsCancelled(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            foreach (var sequence in sequences)
            {
                sequence.Cancel();
            }
        }

        return cancellation.IsCancellationRequested;
    }
}
