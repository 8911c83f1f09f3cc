using CsCheck;
using LlmEfficiency.SamDecoding.Recycling;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Recycling;

public sealed class RecyclingTableTests
{
    // Few different values, so that many are equal; some that cannot be drawn.
    private static readonly Gen<float[]> Logits = Gen.Frequency(
        (6, Gen.Int[-5, 5].Select(value => (float)value)), (1, Gen.Const(float.NegativeInfinity)), (1, Gen.Const(float.NaN))).Array[1, 90];

    [Fact]
    public void The_largest_logits_are_those_of_sorting() => Gen.Select(Logits, Gen.Int[1, 12]).Sample((logits, count) =>
    {
        var found = new int[count];
        LargestLogits.Find(logits, found);
        var sorted = Enumerable.Range(0, logits.Length).Where(token => logits[token] > float.NegativeInfinity)
            .OrderByDescending(token => logits[token]).ThenBy(token => token).Take(count);
        Assert.Equal(sorted.Concat(Enumerable.Repeat(RecyclingTable.None, count)).Take(count), found);
    });

    [Fact]
    public void The_latest_row_of_a_token_counts()
    {
        var table = new RecyclingTable();
        table.Learn(2, [0, 5, 1]);
        table.Learn(1, [3, 2, 1]);
        table.Learn(2, [1, 0, 7]);
        Assert.Equal([2, 0, 1, -1, -1, -1, -1, -1], Read(table, 2));
        Assert.Equal([0, 1, 2, -1, -1, -1, -1, -1], Read(table, 1));
        Assert.All(new[] { 0, 3, 1000, -1 }, token => Assert.All(Read(table, token), follower => Assert.Equal(RecyclingTable.None, follower)));
    }

    [Fact]
    public void Shares_become_the_frequencies_of_the_ranks()
    {
        var (table, random, shares) = (new RecyclingTable(), new Random(1), new double[RecyclingTable.Width]);
        for (var round = 0; round < 3000; round++)
        {
            // The first of the last row comes again with probability 0.7, the second with 0.2, one of no rank else.
            var last = Read(table, 0);
            var next = random.NextDouble() switch { < 0.7 => Math.Max(last[0], 0), < 0.9 => Math.Max(last[1], 0), _ => 20 + random.Next(20) };
            var logits = new float[40];
            (logits[next], logits[last[0] == next ? Math.Max(last[1], 0) : Math.Max(last[0], 0)]) = (9, 8);
            table.Learn(0, logits);
        }

        table.Shares.Read(shares);
        Assert.InRange(shares[0], 0.66, 0.74);
        Assert.InRange(shares[1], 0.16, 0.24);
        Assert.InRange(shares.Sum(), 0, 1);
    }

    private static int[] Read(RecyclingTable table, int token)
    {
        var followers = new int[RecyclingTable.Width];
        table.Read(token, followers);
        return followers;
    }
}
