using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Decoding;

/// <summary>Plays random operations on a session and keeps beside it what each slot holds and sees.</summary>
internal sealed class ScriptedTwin(PlainTransformer plain, IDecodeSession session, int[] choices)
{
    private const double Tolerance = 2e-5;

    private readonly List<Slot>[] _sequences = [.. Enumerable.Range(0, session.Lengths.Count).Select(_ => new List<Slot>())];
    private int _next;

    public void Run(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            Forward();
            Change();
            Assert.Equal(_sequences.Select(s => s.Count), session.Lengths);
        }
    }

    private void Forward()
    {
        var chosen = Enumerable.Range(0, _sequences.Length).Where(_ => Choose(3) > 0).ToList();
        chosen = chosen.Count == 0 ? [Choose(_sequences.Length)] : chosen;
        if (Choose(2) == 0)
        {
            chosen.Reverse();
        }

        var rows = chosen.ConvertAll(MakeRow);
        var logits = session.Forward(rows);
        var at = 0;
        foreach (var row in rows)
        {
            var slots = _sequences[row.Sequence];
            var expected = Recompute(slots);
            var wanted = row.Logits switch { LogitSelection.None => 0, LogitSelection.Last => 1, _ => row.Tokens.Length };
            for (var i = slots.Count - wanted; i < slots.Count; i++, at++)
            {
                AssertClose(expected[i], logits[at]);
            }
        }

        Assert.Equal(at, logits.Rows);
    }

    private DecodeRow MakeRow(int sequence)
    {
        var slots = _sequences[sequence];
        var count = Choose(3) == 0 ? 1 : 1 + Choose(4);
        var tokens = Enumerable.Range(0, count).Select(_ => Choose(37)).ToArray();
        var next = slots.Count == 0 ? 0 : slots[^1].Position + 1;
        int[]? positions = Choose(3) == 0 ? [.. tokens.Select(t => next + (t % 3))] : null;
        var parents = Enumerable.Range(0, count).Select(i => Choose(i + 1) - 1).ToArray();
        var mask = Choose(3) == 0 ? AncestorMask.FromParents(parents) : null;
        var (old, fresh) = (slots.ToArray(), new List<Slot>());
        for (var i = 0; i < count; i++)
        {
            var position = positions?[i] ?? next + i;
            var seen = fresh.Where((_, key) => mask?[i, key] ?? true).Concat(old).ToHashSet();
            fresh.Add(new Slot(tokens[i], position, seen));
        }

        slots.AddRange(fresh);
        return new DecodeRow(sequence, tokens) { Positions = positions, Ancestors = mask, Logits = (LogitSelection)Choose(3) };
    }

    private void Change()
    {
        var sequence = Choose(_sequences.Length);
        var slots = _sequences[sequence];
        switch (Choose(4))
        {
            case 0:
                var length = Choose(slots.Count + 1);
                session.Truncate(sequence, length);
                slots.RemoveRange(length, slots.Count - length);
                break;
            case 1:
                var source = Choose(_sequences.Length);
                session.Copy(source, sequence);
                _sequences[sequence] = [.. _sequences[source]];
                break;
            case 2 when slots.TrueForAll(slot => slot.Token != 0):
                // Evicting a token that others saw leaves its trace in them, so only unseen ones go, as in a draft tree.
                var kept = Enumerable.Range(0, slots.Count)
                    .Where(i => Choose(2) == 0 || slots.Exists(other => other.Seen.Contains(slots[i]))).ToArray();
                session.Retain(sequence, kept);
                _sequences[sequence] = [.. kept.Select(i => slots[i])];
                break;
            default:
                break;
        }
    }

    private double[][] Recompute(List<Slot> slots) => plain.Logits(
        [.. slots.Select(slot => slot.Token)],
        [.. slots.Select(slot => slot.Position)],
        (query, key) => query == key || slots[query].Seen.Contains(slots[key]));

    private static void AssertClose(double[] expected, ReadOnlySpan<float> found)
    {
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], Tolerance * scale);
        }
    }

    private int Choose(int count) => choices[_next++ % choices.Length] / ((_next % 7) + 1) % count;

    private sealed class Slot(int token, int position, HashSet<Slot> seen)
    {
        public int Token => token;

        public int Position => position;

        public HashSet<Slot> Seen => seen;
    }
}
