using System.Diagnostics;
using CsCheck;
using LlmEfficiency.Core.Tokenization.Merging;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization.Merging;

public sealed class PairTableTests
{
    [Fact]
    public void Finds_what_a_dictionary_finds() =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 50], Gen.Int[0, 1000]).Array[0, 300].Sample(rows =>
        {
            var (table, plain) = (new PairTable(1), new Dictionary<(int, int), long>());
            foreach (var (left, right, rank) in rows)
            {
                table.Add(left, right, rank, left + right);
                plain[(left, right)] = ((long)rank << 32) | (uint)(left + right);
            }

            for (var pair = 0; pair < 52 * 52; pair++)
            {
                var (left, right) = (pair / 52, pair % 52);
                Assert.Equal(plain.GetValueOrDefault((left, right), PairTable.None), table.Find(left, right));
            }

            Assert.Equal(plain.Count, table.InOrder().Count);
        });

    // With the multiplier 2^64 / golden ratio and bits 32 and above, all of these fall into one slot.
    [Fact]
    public void Pairs_chosen_against_a_known_hash_are_added_in_linear_time()
    {
        const ulong Known = 0x9E3779B97F4A7C15UL;
        const int Slots = 1 << 18;
        var rightOf = new int[Slots];
        for (var right = 8 * Slots; right > 0; right--)
        {
            rightOf[(int)(((ulong)right * Known) >> 32) & (Slots - 1)] = right;
        }

        var table = new PairTable((Slots / 2) - 16);
        var clock = Stopwatch.StartNew();
        var added = 0;
        for (var left = 0; left < Slots && added < (Slots / 2) - 16; left++)
        {
            var right = rightOf[(int)(0 - ((uint)left * unchecked((uint)Known))) & (Slots - 1)];
            if (right > 0)
            {
                table.Add(left, right, added, added++);
            }
        }

        Assert.InRange(added, 100_000, Slots);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3)); // 5 billion probes take longer
    }
}
