using System.Collections.Concurrent;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// The most frequent followers of strings of a segment. How often a follower occurs stands in the node behind it, so a string
/// with many of them, such as a common word alone, is enumerated once and its most frequent ones are kept.
/// </summary>
/// <param name="segment">The segment.</param>
internal sealed class FrequentFollowers(IndexSegment segment)
{
    /// <summary>The most followers that are given of a string that has more than <see cref="Enumerated"/>.</summary>
    public const int Most = 1024;

    /// <summary>The most followers of a string that are enumerated each time.</summary>
    public const int Enumerated = 16;

    private const int MostKept = 1 << 21;   // followers: 16 MB

    private readonly ConcurrentDictionary<uint, IndexFollower[]> _kept = [];
    private int _keptFollowers;

    /// <summary>Gives the most frequent followers in falling order; of equals the first of the file.</summary>
    /// <param name="cursor">The string.</param>
    /// <param name="followers">Where they go; its length is how many are wanted.</param>
    /// <returns>How many there are.</returns>
    public int Take(in IndexCursor cursor, Span<IndexFollower> followers)
    {
        var degree = segment.Degree(cursor);
        if (degree <= Enumerated)
        {
            return Select(cursor, stackalloc ulong[degree], followers);
        }

        if (!_kept.TryGetValue(cursor.Node, out var kept))
        {
            kept = new IndexFollower[Math.Min(degree, Most)];
            Select(cursor, new ulong[degree], kept);
            if (_keptFollowers < MostKept && _kept.TryAdd(cursor.Node, kept))
            {
                Interlocked.Add(ref _keptFollowers, kept.Length);
            }
        }

        var taken = Math.Min(kept.Length, followers.Length);
        kept.AsSpan(0, taken).CopyTo(followers);
        return taken;
    }

    private int Select(in IndexCursor cursor, Span<ulong> order, Span<IndexFollower> followers)
    {
        for (var number = 0; number < order.Length; number++)
        {
            order[number] = ((ulong)(uint)~segment.Follower(cursor, number).Count << 32) | (uint)number;
        }

        order.Sort();
        var taken = Math.Min(order.Length, followers.Length);
        for (var place = 0; place < taken; place++)
        {
            followers[place] = segment.Follower(cursor, (int)(uint)order[place]);
        }

        return taken;
    }
}
