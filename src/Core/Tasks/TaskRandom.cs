using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Core.Tasks;

/// <summary>
/// The choices of one example: a pure function of seed, index and attempt, so that an example does not depend on which
/// other examples were made, nor on the thread that makes it.
/// </summary>
/// <param name="seed">The key of a task set.</param>
/// <param name="index">The example's number within its set.</param>
/// <param name="attempt">Which draw for this number: the first ones may fall into the other split.</param>
/// <remarks><see cref="Philox"/> with key <c>seed</c> and counter (draw, attempt, index low and high).</remarks>
public sealed class TaskRandom(ulong seed, long index, int attempt)
{
    private uint _draws;

    /// <summary>Returns a number that is uniform in 0 to <paramref name="bound"/> - 1.</summary>
    /// <param name="bound">How many numbers there are to choose from; at least 1.</param>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var (word, _, _, _) = Philox.Block(
            (_draws++, unchecked((uint)attempt), unchecked((uint)index), unchecked((uint)(index >> 32))),
            ((uint)seed, (uint)(seed >> 32)));
        return (int)(((ulong)word * (uint)bound) >> 32);
    }

    /// <summary>
    /// Returns a number that is uniform in the closed range from <paramref name="low"/> to <paramref
    /// name="high"/>.
    /// </summary>
    public int Between(int low, int high) => low + Next(high - low + 1);

    /// <summary>Returns one entry of a list, each with the same chance.</summary>
    public T Pick<T>(IReadOnlyList<T> list) => list[Next(list.Count)];

    /// <summary>Returns one entry of a list that is not among those already taken.</summary>
    /// <param name="list">The entries; at least one of them must be free.</param>
    /// <param name="taken">The entries that must not be returned.</param>
    public T PickOther<T>(IReadOnlyList<T> list, params ReadOnlySpan<T> taken)
    {
        while (true)
        {
            var choice = Pick(list);
            if (!taken.Contains(choice, EqualityComparer<T>.Default))
            {
                return choice;
            }
        }
    }

    /// <summary>Returns different entries of a list, in random order.</summary>
    /// <param name="list">Entries without repetitions.</param>
    /// <param name="count">How many to return.</param>
    public IReadOnlyList<T> Sample<T>(IReadOnlyList<T> list, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, list.Count);
        return Shuffle(list).Take(count).ToList();
    }

    /// <summary>Tells whether an event of the given probability happens.</summary>
    /// <param name="probability">A number from 0 to 1.</param>
    public bool Chance(double probability) => Next(1 << 20) < probability * (1 << 20);

    /// <summary>Returns the entries of a list in random order, each order with the same chance.</summary>
    public IReadOnlyList<T> Shuffle<T>(IReadOnlyList<T> list)
    {
        var shuffled = list.ToArray();
        for (var last = shuffled.Length - 1; last > 0; last--)
        {
            var other = Next(last + 1);
            (shuffled[last], shuffled[other]) = (shuffled[other], shuffled[last]);
        }

        return shuffled;
    }
}
