using System.Runtime.InteropServices;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Decoding;

/// <summary>Pads ragged rows, runs the model over them chunk by chunk and brings the logits home.</summary>
internal sealed class TorchDecodeSession(
    Transformer model, TorchEngineSettings settings, SessionCache cache, HostTransfer transfer) : IDecodeSession
{
    private readonly int _vocabulary = model.Config.VocabularySize;
    private readonly LayerArithmetic _arithmetic = settings.ArithmeticFor(model);

    private float[] _logits = [];

    public IReadOnlyList<int> Lengths => cache.Slots.Lengths;

    public CacheUse Use => cache.Use;

    public LogitBlock Forward(IReadOnlyList<DecodeRow> rows)
    {
        var (pending, logits) = Plan(rows);
        var needed = checked(logits * _vocabulary);
        if (_logits.Length < needed)
        {
            _logits = new float[needed];
        }

        var finished = false;
        try
        {
            using var quiet = inference_mode();
            while (pending.Where(row => !row.IsDone).ToArray() is { Length: > 0 } open)
            {
                Step([.. open.Select(row => row.Next(settings.ChunkLength))]);
            }

            finished = true;
        }
        finally
        {
            if (!finished)
            {
                foreach (var row in pending)
                {
                    cache.Truncate(row.Row.Sequence, row.Start);
                }
            }
        }

        foreach (var row in rows)
        {
            cache.Ran(row.Sequence, row.Tokens.Length, goesOn: row.Logits == LogitSelection.None);
        }

        cache.Compress();
        return new LogitBlock(_logits.AsMemory(0, needed), _vocabulary);
    }

    public void Retain(int sequence, ReadOnlySpan<int> slots) => cache.Retain(sequence, slots);

    public void Truncate(int sequence, int length) => cache.Truncate(sequence, length);

    public void Copy(int source, int target) => cache.Copy(source, target);

    public void Dispose() => cache.Dispose();

    private (List<PendingRow> Pending, int Logits) Plan(IReadOnlyList<DecodeRow> rows)
    {
        RowRules.Check(rows, cache.Slots, _vocabulary, isPlain: cache.IsCompressed);
        var pending = new List<PendingRow>(rows.Count);
        var logits = 0;
        foreach (var row in rows)
        {
            var positions = row.Positions.Length > 0
                ? row.Positions
                : Enumerable.Range(cache.Slots.NextPosition(row.Sequence), row.Tokens.Length).ToArray();
            pending.Add(new PendingRow(row, positions, Lengths[row.Sequence], logits));
            logits = checked(logits + PendingRow.LogitCount(row));
        }

        pending.Sort((a, b) => a.Row.Sequence.CompareTo(b.Row.Sequence));
        return (pending, logits);
    }

    private void Step(PendingRow.Chunk[] chunks)
    {
        using var scope = NewDisposeScope();
        var cacheRows = chunks.Select(chunk => chunk.ToCacheRow()).ToArray();
        using var step = cache.Slots.Begin(cacheRows, model.Config.SlidingWindow, _arithmetic.IsRowwise);
        var (tokens, positions) = (new long[chunks.Length * step.Width], new long[chunks.Length * step.Width]);
        var (wanted, targets) = (new List<long>(), new List<int>());
        for (var row = 0; row < chunks.Length; row++)
        {
            var first = row * step.Width;
            Widen(chunks[row].Tokens, tokens.AsSpan(first));
            Widen(cacheRows[row].Positions.Span, positions.AsSpan(first));
            foreach (var (token, target) in chunks[row].Wanted())
            {
                wanted.Add(first + token);
                targets.Add(target);
            }
        }

        var logits = model.call(new ForwardRequest(transfer.ToDevice(tensor(tokens, [chunks.Length, step.Width])))
        {
            Positions = transfer.ToDevice(tensor(positions, [chunks.Length, step.Width])),
            Step = step,
            Arithmetic = _arithmetic,
            Observer = cache.Watch(step),
            LogitTokens = transfer.ToDevice(tensor(wanted.ToArray(), [wanted.Count])),
        });
        CopyHome(logits, targets);
        step.Commit();
    }

    private void CopyHome(Tensor logits, List<int> targets)
    {
        if (targets.Count == 0)
        {
            return;
        }

        var home = transfer.ToHost(logits.to(ScalarType.Float32));                  // the one way home of a step
        var values = MemoryMarshal.Cast<byte, float>(home.bytes);
        for (var i = 0; i < targets.Count; i++)
        {
            values.Slice(i * _vocabulary, _vocabulary).CopyTo(_logits.AsSpan(targets[i] * _vocabulary));
        }
    }

    private static void Widen(ReadOnlySpan<int> from, Span<long> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = from[i];
        }
    }
}
