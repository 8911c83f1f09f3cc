using LlmEfficiency.Core.Tasks;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class TaskRandomTests
{
    [Fact]
    public void Draws_depend_on_seed_index_and_attempt_only()
    {
        var first = Draws(new TaskRandom(7, 1, 0));
        Assert.Equal(first, Draws(new TaskRandom(7, 1, 0)));
        Assert.NotEqual(first, Draws(new TaskRandom(8, 1, 0)));
        Assert.NotEqual(first, Draws(new TaskRandom(7, 2, 0)));
        Assert.NotEqual(first, Draws(new TaskRandom(7, 1, 1)));
        Assert.NotEqual(first, Draws(new TaskRandom(7, 1L << 40, 0)));
    }

    [Fact]
    public void Every_number_below_the_bound_comes_equally_often()
    {
        const int Bound = 7;
        const int Rounds = 70_000;
        var random = new TaskRandom(3, 0, 0);
        var counts = new int[Bound];
        for (var round = 0; round < Rounds; round++)
        {
            counts[random.Next(Bound)]++;
        }

        // Ten thousand each, standard deviation 93: five of them on either side.
        Assert.All(counts, count => Assert.InRange(count, 9_535, 10_465));
    }

    [Fact]
    public void Between_reaches_both_ends()
    {
        var random = new TaskRandom(1, 0, 0);
        var seen = Enumerable.Range(0, 200).Select(_ => random.Between(3, 5)).Distinct().Order();
        Assert.Equal([3, 4, 5], seen);
    }

    [Fact]
    public void Chance_follows_its_probability()
    {
        var random = new TaskRandom(2, 0, 0);
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => random.Chance(0.25)), 2_280, 2_720);
        Assert.DoesNotContain(Enumerable.Range(0, 1000), _ => random.Chance(0));
        Assert.DoesNotContain(Enumerable.Range(0, 1000), _ => !random.Chance(1));
    }

    [Fact]
    public void A_shuffle_is_a_permutation_and_reaches_all_of_them()
    {
        var random = new TaskRandom(5, 0, 0);
        var orders = Enumerable.Range(0, 400).Select(_ => string.Concat(random.Shuffle("abcd".ToCharArray()))).ToList();
        Assert.All(orders, order => Assert.Equal("abcd", string.Concat(order.Order())));
        Assert.Equal(24, orders.Distinct().Count());
    }

    [Fact]
    public void A_sample_has_no_repetitions()
    {
        var random = new TaskRandom(6, 0, 0);
        var numbers = Enumerable.Range(0, 9).ToList();
        Assert.Equal(5, random.Sample(numbers, 5).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Sample(numbers, 10));
    }

    [Fact]
    public void Another_entry_is_not_one_that_was_taken()
    {
        var random = new TaskRandom(6, 1, 0);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("c", random.PickOther(["a", "b", "c"], "a", "b")));
    }

    private static List<int> Draws(TaskRandom random) =>
        Enumerable.Range(0, 8).Select(_ => random.Next(1 << 20)).ToList();
}
