using System.Numerics;
using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Core.Data;

/// <summary>
/// An order of the numbers 0 to n - 1 that a key chooses, computed for one number at a time: nothing is stored, so that
/// every place of every epoch can be reached at once.
/// </summary>
/// <remarks>
/// A Feistel network over the next even number of bits, with <see cref="Philox"/> as its round function; a result
/// outside the range is put in again until it lies inside. Black and Rogaway: Ciphers with arbitrary finite domains
/// (CT-RSA 2002), section 4 (cycle walking) and 5.
/// </remarks>
public readonly struct KeyedPermutation
{
    private const int Rounds = 8; // four are enough for large domains; small ones mix better with more

    private readonly ulong _count;
    private readonly int _halfBits;
    private readonly (uint Low, uint High) _seed;
    private readonly uint _family;
    private readonly ulong _member;

    /// <summary>Chooses an order.</summary>
    /// <param name="count">How many numbers, at least one.</param>
    /// <param name="seed">The key of a run.</param>
    /// <param name="family">What is put in order: below 2^24.</param>
    /// <param name="member">Which of the orders of the family, such as the epoch.</param>
    public KeyedPermutation(long count, ulong seed, int family, long member)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _count = (ulong)count;
        _halfBits = (64 - BitOperations.LeadingZeroCount((ulong)count - 1) + 1) / 2;
        _seed = ((uint)seed, (uint)(seed >> 32));
        (_family, _member) = ((uint)family, (ulong)member);
    }

    /// <summary>Returns the number at a place.</summary>
    public long Map(long place)
    {
        var value = (ulong)place;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, _count, nameof(place));
        do
        {
            value = Encipher(value);
        }
        while (value >= _count); // the domain is less than four times the range

        return (long)value;
    }

    private ulong Encipher(ulong value)
    {
        var mask = (uint)((1UL << _halfBits) - 1);
        var (left, right) = ((uint)(value >> _halfBits), (uint)value & mask);
        for (var round = 0u; round < Rounds; round++)
        {
            var counter = (right, (_family << 8) | round, (uint)_member, (uint)(_member >> 32));
            (left, right) = (right, left ^ (Philox.Block(counter, _seed).A & mask));
        }

        return ((ulong)left << _halfBits) | right;
    }
}
