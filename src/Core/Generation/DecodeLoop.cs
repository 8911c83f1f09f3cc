using LlmEfficiency.Core.Decoding;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// Plain decoding over an open session: prompts in chunks, then one token a pass for every unfinished sequence.
/// </summary>
/// <param name="session">Holds sequence i of <paramref name="sequences"/> as its sequence i.</param>
/// <param name="sequences">What is generated.</param>
/// <param name="meter">Takes the measurements.</param>
/// <param name="prefillChunk">How many prompt tokens a sequence runs in one pass.</param>
internal sealed class DecodeLoop(
    IDecodeSession session, IReadOnlyList<SequenceProgress> sequences, GenerationMeter meter, int prefillChunk)
{
    private readonly List<DecodeRow> _rows = [];

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

        while (AddTokenRows() && !IsCancelled(cancellation))
        {
            var logits = session.Forward(_rows);
            meter.DecodePass(_rows.Count);
            Draw(logits);
        }
    }

    private bool AddPromptRows()
    {
        _rows.Clear();
        for (var sequence = 0; sequence < sequences.Count; sequence++)
        {
            var prompt = sequences[sequence].Prompt;
            var rest = prompt[Math.Min(session.Lengths[sequence], prompt.Length)..];
            if (sequences[sequence].Finish is null && !rest.IsEmpty)
            {
                _rows.Add(rest.Length <= prefillChunk
                    ? new DecodeRow(sequence, rest)
                    : new DecodeRow(sequence, rest[..prefillChunk]) { Logits = LogitSelection.None });
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
