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

    private readonly List<DecodeRow> _rows = [];

    // How many prompt tokens were run; a compressed cache holds fewer.
    private readonly int[] _prompted = [.. session.Lengths.Select((length, sequence) => session.Use?.Seen(sequence) ?? length)];

    /// <summary>Runs until every sequence has ended.</summary>
    /// <param name="cancellation">Looked at before each pass.</param>
    public void Run(CancellationToken cancellation)
    {
        while (AddPromptRows() && !IsCancelled(cancellation))
        {
            var logits = session.Forward(_rows);
            meter.PrefillPass();
            Draw(logits);
        }

        if (settings.Drafter is null)
        {
            Decode(cancellation);
        }
        else
        {
            Speculate(settings.Drafter, cancellation);
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

    private void Speculate(IDrafter drafter, CancellationToken cancellation)
    {
        var drafted = new Dictionary<int, DraftedSequence>();
        try
        {
            var opening = settings.Time.GetTimestamp();
            for (var sequence = 0; sequence < sequences.Count; sequence++)
            {
                if (sequences[sequence].Finish is null)
                {
                    drafted.Add(sequence, new DraftedSequence(
                        sequences[sequence], sequence, drafter.Open(sequences[sequence].Prompt.Span), settings.Cost));
                }
            }

            meter.Drafting(opening);
            while (AddDraftRows(drafted) && !IsCancelled(cancellation))
            {
                var start = settings.Time.GetTimestamp();
                var logits = session.Forward(_rows);
                settings.Cost?.Observe(_rows.Sum(row => row.Tokens.Length), settings.Time.GetElapsedTime(start).TotalSeconds);
                meter.DecodePass(_rows.Count);
                var first = 0;
                foreach (var row in _rows)
                {
                    drafted[row.Sequence].Draw(logits, first, meter);
                    var kept = settings.Time.GetTimestamp();
                    drafted[row.Sequence].Keep(session);
                    meter.Drafting(kept);
                    first += row.Tokens.Length;
                }
            }
        }
        finally
        {
            var closing = settings.Time.GetTimestamp();
            End(new Queue<DraftedSequence>(drafted.Values));
            meter.Drafting(closing);
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
                _prompted[sequence] += Math.Min(rest.Length, settings.PrefillChunk);
                _rows.Add(rest.Length <= settings.PrefillChunk
                    ? new DecodeRow(sequence, rest)
                    : new DecodeRow(sequence, rest[..settings.PrefillChunk]) { Logits = LogitSelection.None });
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

    private bool AddDraftRows(Dictionary<int, DraftedSequence> drafted)
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
                _rows.Add(drafted[sequence].Row(limit, settings.Vocabulary, ref plan));
            }
        }

        meter.Drafting(start);

        return _rows.Count > 0;
    }

    private void Draw(LogitBlock logits)
    {
        var next = 0;
        foreach (var row in _rows.Where(row => row.Logits == LogitSelection.Last))
        {
            sequences[row.Sequence].Draw(logits[next++]);
            meter.Tokens(1);
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
