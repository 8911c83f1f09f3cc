using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Simd;

/// <summary>Neighbouring items that several threads take pieces of, from both ends; alone in its cache lines.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct SharedRange
{
    [FieldOffset(128)]
    private long _left;     // the first item, and above it the one behind the last

    /// <summary>Sets the range, before anybody takes of it.</summary>
    public void Set(int first, int end) => Volatile.Write(ref _left, Pack(first, end));

    /// <summary>Takes a piece that nobody else gets.</summary>
    /// <param name="most">How many items at most.</param>
    /// <param name="isLast">Whether it is the last ones and not the first ones.</param>
    /// <returns>The first item and the one behind the last; the same if none is left.</returns>
    public (int First, int End) Take(int most, bool isLast)
    {
        for (var left = Volatile.Read(ref _left); ;)
        {
            var (first, end) = ((int)left, (int)(left >> 32));
            var count = Math.Min(most, end - first);
            var now = isLast ? Pack(first, end - count) : Pack(first + count, end);
            var found = count == 0 ? left : Interlocked.CompareExchange(ref _left, now, left);
            if (found == left)
            {
                return isLast ? (end - count, end) : (first, first + count);
            }

            left = found;
        }
    }

    private static long Pack(int first, int end) => ((long)end << 32) | (uint)first;
}
