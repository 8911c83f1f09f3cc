using CsCheck;
using LlmEfficiency.Core.Data;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

public sealed class KeyedPermutationTests
{
    [Fact]
    public void Every_number_has_one_place() =>
        Gen.Select(Gen.Int[1, 3000], Gen.ULong, Gen.Int[0, 5], Gen.Long[0, long.MaxValue]).Sample(
            (count, seed, family, member) =>
            {
                var permutation = new KeyedPermutation(count, seed, family, member);
                var numbers = Enumerable.Range(0, count).Select(place => permutation.Map(place)).Order();
                Assert.Equal(Enumerable.Range(0, count).Select(number => (long)number), numbers);
            }, iter: 100);

    [Theory]
    [InlineData(1L << 40)]
    [InlineData((1L << 40) + 1)]
    [InlineData(long.MaxValue)]
    public void Numbers_of_a_huge_range_stay_inside_and_apart(long count)
    {
        var permutation = new KeyedPermutation(count, 7, 1, 2);
        var numbers = Enumerable.Range(0, 1000).Select(i => permutation.Map(count - 1 - i)).ToHashSet();
        Assert.Equal(1000, numbers.Count);
        Assert.All(numbers, number => Assert.InRange(number, 0, count - 1));
    }

    [Fact]
    public void Any_part_of_the_key_changes_the_order()
    {
        KeyedPermutation[] permutations =
        [
            new(500, 1, 0, 0), new(500, 2, 0, 0), new(500, 1UL << 32, 0, 0), new(500, 1, 1, 0), new(500, 1, 0, 1),
            new(500, 1, 0, 1L << 32),
        ];
        var orders = permutations.Select(p => string.Join(' ', Enumerable.Range(0, 500).Select(i => p.Map(i))));
        Assert.Equal(permutations.Length, orders.Distinct().Count());
    }

    // Each of the 6 orders of 3 numbers must come with frequency 1/6: chi-square with 5 degrees of freedom.
    [Fact]
    public void All_orders_of_three_come_equally_often()
    {
        const int Trials = 6000;
        var counts = Enumerable.Range(0, Trials).Select(epoch => new KeyedPermutation(3, 11, 1, epoch))
            .CountBy(p => (p.Map(0), p.Map(1), p.Map(2))).ToDictionary();
        Assert.Equal(6, counts.Count);
        var chiSquare = counts.Values.Sum(n => Math.Pow(n - (Trials / 6.0), 2) / (Trials / 6.0));
        Assert.True(chiSquare < 20.5, $"chi-square is {chiSquare}"); // p = 0.001, and the seed is fixed
    }

    [Fact]
    public void A_place_outside_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedPermutation(5, 0, 0, 0).Map(5));
}
