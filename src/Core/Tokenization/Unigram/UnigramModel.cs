using System.Text;

namespace LlmEfficiency.Core.Tokenization.Unigram;

/// <summary>
/// Cuts text into the pieces whose scores add up to the most (Viterbi). Of equal sums the one with the longest last
/// piece counts, then the longest piece before it, and so on.
/// </summary>
/// <param name="pieces">What text may be cut into; its ids index <paramref name="scores"/>.</param>
/// <param name="scores">
/// Logarithms of probabilities by id. Sums are kept in double: sums of single-precision scores are then exact, and a
/// tie is a tie wherever in a text it stands.
/// </param>
/// <param name="unknownScore">The score of a character without a piece.</param>
/// <param name="unknown">The token for a run of such characters.</param>
/// <param name="byteIds">The ids of the 256 bytes (-1: none), which go before <paramref name="unknown"/>.</param>
internal sealed class UnigramModel(
    ByteTrie pieces, double[] scores, double unknownScore, int unknown, int[]? byteIds)
{
    private readonly record struct Node(double Score, int Start, int Id);

    /// <summary>Appends the ids of a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="ids">Where the ids go.</param>
    /// <param name="work">
    /// Grows by the number of steps: at most the bytes times the length of the longest piece.
    /// </param>
    public void Encode(ReadOnlySpan<byte> text, List<int> ids, ref long work)
    {
        var ends = new Node[64]; // [i]: the best way to the place origin + i
        var path = new List<Node>();
        var (origin, reach, isAfterUnknown) = (0, 0, false);
        for (var at = 0; at < text.Length;)
        {
            if (at == reach) // no piece leads across: all that was before is settled
            {
                Emit(text, ends, origin, at, path, ids, ref isAfterUnknown);
                (origin, ends[0]) = (at, default);
            }

            Rune.DecodeFromUtf8(text[at..], out _, out var length);
            var best = ends[at - origin].Score;
            var isKnown = false;
            var node = ByteTrie.Root;
            for (var end = at; end < text.Length && pieces.Next(node, text[end]) is > 0 and var child;)
            {
                (node, end) = (child, end + 1);
                work++;
                if (pieces.IdAt(node) is >= 0 and var id)
                {
                    isKnown |= end - at == length;
                    Offer(ref ends, origin, ref reach, end, new Node(best + scores[id], at, id));
                }
            }

            if (!isKnown)
            {
                Offer(ref ends, origin, ref reach, at + length, new Node(best + unknownScore, at, unknown));
            }

            at += length;
            work++;
        }

        Emit(text, ends, origin, text.Length, path, ids, ref isAfterUnknown);
    }

    private static void Offer(ref Node[] ends, int origin, ref int reach, int end, Node candidate)
    {
        if (end > reach)
        {
            if (end - origin >= ends.Length)
            {
                Array.Resize(ref ends, Math.Max(ends.Length * 2, end - origin + 1));
            }

            var nothing = new Node(double.NegativeInfinity, -1, -1);
            ends.AsSpan(reach - origin + 1, end - reach).Fill(nothing);
            reach = end;
        }

        // Starts come in ascending order: an equal score later has a shorter last piece.
        ref var target = ref ends[end - origin];
        target = candidate.Score > target.Score ? candidate : target;
    }

    private void Emit(
        ReadOnlySpan<byte> text, Node[] ends, int origin, int end, List<Node> path, List<int> ids,
        ref bool isAfterUnknown)
    {
        path.Clear();
        for (var at = end; at > origin; at = path[^1].Start)
        {
            path.Add(ends[at - origin]);
        }

        for (var i = path.Count - 1; i >= 0; i--)
        {
            var isUnknown = path[i].Id == unknown;
            if (!isUnknown)
            {
                ids.Add(path[i].Id);
            }
            else if (!AppendBytes(text[path[i].Start..(i > 0 ? path[i - 1].Start : end)], ids))
            {
                if (!isAfterUnknown)
                {
                    ids.Add(unknown);
                }
            }
            else
            {
                isUnknown = false;
            }

            isAfterUnknown = isUnknown;
        }
    }

    private bool AppendBytes(ReadOnlySpan<byte> character, List<int> ids)
    {
        foreach (var value in character)
        {
            if (byteIds is null || byteIds[value] < 0)
            {
                return false;
            }
        }

        foreach (var value in character)
        {
            ids.Add(byteIds![value]);
        }

        return true;
    }
}
