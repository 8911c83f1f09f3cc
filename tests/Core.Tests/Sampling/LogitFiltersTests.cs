using CsCheck;
using LlmEfficiency.Core.Sampling;
using Xunit;

namespace LlmEfficiency.Core.Tests.Sampling;

public sealed class LogitFiltersTests
{
    // Coarse values make many ties, and steps of 1/1024 keep unequal logits unequal as probabilities; lengths are around
    // vector and block sizes.
    private static readonly Gen<float[]> Rows =
        Gen.OneOf(Gen.Int[-8, 8].Select(value => value / 2f), Gen.Int[-20480, 20480].Select(value => value / 1024f)).Array[1, 300];

    [Fact]
    public void Top_k_keeps_what_a_sort_keeps() =>
        Gen.Select(Rows, Gen.Int[1, 320]).Sample((row, k) =>
        {
            var least = row.OrderDescending().ElementAt(Math.Min(k, row.Length) - 1);
            Assert.Equal(Kept(row, id => row[id] >= least), Apply(row, r => LogitFilters.KeepTopK(r, k)));
        });

    [Fact]
    public void Top_k_of_a_large_row_keeps_what_a_sort_keeps() =>
        Gen.Select(Gen.Float[-10, 10].Array[5000], Gen.Int[1, 200]).Sample(
            (row, k) =>
            {
                var least = row.OrderDescending().ElementAt(k - 1);
                Assert.Equal(Kept(row, id => row[id] >= least), Apply(row, r => LogitFilters.KeepTopK(r, k)));
            },
            iter: 30);

    [Fact]
    public void Top_p_keeps_what_a_sort_keeps() =>
        Gen.Select(Rows, Gen.Double[0.01, 0.999]).Sample((row, p) =>
        {
            var kept = NaiveTopP(row, p - 1e-6);
            var more = NaiveTopP(row, p + 1e-6);
            if (kept.SetEquals(more))       // else rounding decides
            {
                Assert.Equal(Kept(row, kept.Contains), Apply(row, r => LogitFilters.KeepTopP(r, p)));
            }
        });

    [Fact]
    public void Min_p_keeps_what_the_probabilities_say() =>
        Gen.Select(Gen.Int[-8, 8].Select(value => value / 2f).Array[1, 100], Gen.Double[0.001, 0.9]).Sample((row, share) =>
            Assert.Equal(
                Kept(row, id => Math.Exp(row[id] - row.Max()) >= share),
                Apply(row, r => LogitFilters.KeepMinP(r, share))));

    [Fact]
    public void Top_p_takes_the_lower_ids_among_equals() =>
        Assert.Equal([1, 1, float.NegativeInfinity, float.NegativeInfinity], Apply([1, 1, 1, 1], r => LogitFilters.KeepTopP(r, 0.5)));

    [Fact]
    public void Logits_that_round_to_one_probability_are_equals() =>
        Assert.Equal([-1e-20f, float.NegativeInfinity], Apply([-1e-20f, 1e-20f], r => LogitFilters.KeepTopP(r, 0.5)));

    [Fact]
    public void Top_k_keeps_all_that_equal_the_last_one() =>
        Assert.Equal([3, 2, 2, float.NegativeInfinity], Apply([3, 2, 2, 1], r => LogitFilters.KeepTopK(r, 2)));

    [Theory]
    [InlineData(1e-12)]
    [InlineData(1e-4)]
    public void The_most_likely_token_always_stays(double p) =>
        Assert.Equal([float.NegativeInfinity, 5], Apply([4, 5], r => LogitFilters.KeepTopP(r, p)));

    [Fact]
    public void Min_p_of_one_keeps_the_most_likely_tokens() =>
        Assert.Equal([2, 2, float.NegativeInfinity], Apply([2, 2, 1], r => LogitFilters.KeepMinP(r, 1)));

    [Fact]
    public void Top_p_just_below_one_keeps_the_whole_nucleus()
    {
        var row = Enumerable.Range(0, 1000).Select(id => id % 7 * 0.1f).ToArray();
        Assert.Equal(row, Apply(row, r => LogitFilters.KeepTopP(r, 1 - 1e-12)));
    }

    [Fact]
    public void Temperature_divides_and_moves_the_largest_to_zero() =>
        Assert.Equal([-4, 0, float.NegativeInfinity], Apply([1, 3, float.NegativeInfinity], r => LogitFilters.Temper(r, 0.5)));

    private static float[] Apply(float[] row, Action<float[]> filter)
    {
        var copy = row.ToArray();
        filter(copy);
        return copy;
    }

    private static float[] Kept(float[] row, Func<int, bool> isKept) =>
        [.. row.Select((value, id) => isKept(id) ? value : float.NegativeInfinity)];

    private static HashSet<int> NaiveTopP(float[] row, double p)
    {
        var total = row.Sum(value => Math.Exp(value - row.Max()));
        var kept = new HashSet<int>();
        double sum = 0;
        foreach (var id in Enumerable.Range(0, row.Length).OrderByDescending(id => row[id]).ThenBy(id => id))
        {
            if (sum >= p * total)
            {
                break;
            }

            kept.Add(id);
            sum += Math.Exp(row[id] - row.Max());
        }

        return kept;
    }
}
