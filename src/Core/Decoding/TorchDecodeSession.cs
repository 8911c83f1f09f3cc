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
    private readonly int _hidden = model.Config.HiddenSize;
    private readonly LayerArithmetic _arithmetic = settings.ArithmeticFor(model);

    private float[] _logits = [];
    private float[] _features = [];

    public IReadOnlyList<int> Lengths => cache.Slots.Lengths;

    public CacheUse Use => cache.Use;

    public LogitBlock Forward(IReadOnlyList<DecodeRow> rows)
    {
        var pending = Plan(rows);
        var needed = checked(rows.Sum(PendingRow.LogitCount) * _vocabulary);
        MakeRoom(ref _logits, needed);
        MakeRoom(ref _features, checked(rows.Sum(PendingRow.FeatureCount) * _hidden));
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

    public ReadOnlySpan<float> Features(int token) => _features.AsSpan(token * _hidden, _hidden);

    public void Retain(int sequence, ReadOnlySpan<int> slots) => cache.Retain(sequence, slots);

    public void Truncate(int sequence, int length) => cache.Truncate(sequence, length);

    public void Copy(int source, int target) => cache.Copy(source, target);

    public void Dispose() => cache.Dispose();

    private static void MakeRoom(ref float[] values, int needed) => values = values.Length < needed ? new float[needed] : values;

    private List<PendingRow> Plan(IReadOnlyList<DecodeRow> rows)
    {
        RowRules.Check(rows, cache.Slots, _vocabulary, isPlain: cache.IsCompressed);
        var pending = new List<PendingRow>(rows.Count);
        var (logits, features) = (0, 0);
        foreach (var row in rows)
        {
            var positions = row.Positions.Length > 0
                ? row.Positions
                : Enumerable.Range(cache.Slots.NextPosition(row.Sequence), row.Tokens.Length).ToArray();
            pending.Add(new PendingRow(row, positions, Lengths[row.Sequence], logits, features));
            logits = checked(logits + PendingRow.LogitCount(row));
            features = checked(features + PendingRow.FeatureCount(row));
        }

        pending.Sort((a, b) => a.Row.Sequence.CompareTo(b.Row.Sequence));
        return pending;
    }

    private void Step(PendingRow.Chunk[] chunks)
    {
        using var scope = NewDisposeScope();
        var cacheRows = chunks.Select(chunk => chunk.ToCacheRow()).ToArray();
        using var step = cache.Slots.Begin(cacheRows, model.Config.SlidingWindow, _arithmetic.IsRowwise);
        var (tokens, positions) = (new long[chunks.Length * step.Width], new long[chunks.Length * step.Width]);
        var (wanted, featured) = (new List<(long Token, int Target)>(), new List<(long Token, int Target)>());
        for (var row = 0; row < chunks.Length; row++)
        {
            var first = row * step.Width;
            Widen(chunks[row].Tokens, tokens.AsSpan(first));
            Widen(cacheRows[row].Positions.Span, positions.AsSpan(first));
            wanted.AddRange(chunks[row].Wanted().Select(one => ((long)(first + one.Token), one.Target)));
            featured.AddRange(chunks[row].Featured().Select(one => ((long)(first + one.Token), one.Target)));
        }

        var hidden = model.Hidden(new ForwardRequest(transfer.ToDevice(tensor(tokens, [chunks.Length, step.Width])))
        {
            Positions = transfer.ToDevice(tensor(positions, [chunks.Length, step.Width])),
            Step = step,
            Arithmetic = _arithmetic,
            Observer = cache.Watch(step),
        }).view(-1, _hidden);
        if (wanted.Count > 0)
        {
            CopyHome(model.Logits(Pick(hidden, wanted), _arithmetic), wanted, _logits, _vocabulary);
        }

        if (featured.Count > 0)
        {
            CopyHome(model.Normalise(Pick(hidden, featured), _arithmetic), featured, _features, _hidden);
        }

        step.Commit();
    }

    private Tensor Pick(Tensor hidden, List<(long Token, int Target)> chosen) =>
        hidden.index_select(0, transfer.ToDevice(tensor(chosen.Select(one => one.Token).ToArray(), [chosen.Count])));

    private void CopyHome(Tensor rows, List<(long Token, int Target)> chosen, float[] home, int width)
    {
        var host = transfer.ToHost(rows.to(ScalarType.Float32));                    // the one way home of a step, and one for features
        var values = MemoryMarshal.Cast<byte, float>(host.bytes);
        for (var row = 0; row < chosen.Count; row++)
        {
            values.Slice(row * width, width).CopyTo(home.AsSpan(chosen[row].Target * width));
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
