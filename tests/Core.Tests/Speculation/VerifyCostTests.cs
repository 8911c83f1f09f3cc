using CsCheck;
using LlmEfficiency.Core.Speculation;
using Xunit;

namespace LlmEfficiency.Core.Tests.Speculation;

public sealed class VerifyCostTests
{
    private static readonly Gen<DraftNode[]> Drafts = Gen.Double[0.001, 1].Array[1, 40].Select(probabilities =>
        probabilities.OrderDescending().Select((p, index) => new DraftNode(index - 1, 0, index + 1, p)).ToArray());

    [Fact]
    public void The_part_that_is_verified_has_the_largest_gain_a_second() =>
        Gen.Select(Drafts, Gen.Double[0, 1]).Sample((nodes, slope) =>
        {
            var cost = Measured(rows => 1 + (slope * rows));
            var best = cost.Best(nodes);
            Assert.Equal(Enumerable.Range(0, nodes.Length + 1).Max(Rate), Rate(best), 1e-9);

            double Rate(int count) => (1 + nodes.Take(count).Sum(node => node.Probability)) / (1 + (slope * Stairs(1 + count)));
        });

    [Fact]
    public void What_is_less_likely_than_the_bound_is_never_worth_it_alone() =>
        Gen.Select(Drafts, Gen.Double[0.001, 1], Gen.Int[1, 4]).Sample((nodes, slope, sequences) =>
        {
            var cost = Measured(rows => 1 + (slope * rows));
            var least = cost.LeastProbability(40, sequences, sequences);
            var adds = Enumerable.Range(1, 40).Min(count => (Stairs(sequences + count) - Stairs(sequences)) / count);
            Assert.InRange(least, (sequences * slope * adds / (1 + (slope * Stairs(sequences)))) - 1e-9, 1);
            DraftNode[] unlikely = [.. nodes.Where(node => node.Probability < least - 1e-9)];
            Assert.Equal(0, cost.Best(unlikely, sequences, sequences));
        });

    [Fact]
    public void What_was_measured_long_ago_is_measured_again()
    {
        DraftNode[] nodes = [.. Enumerable.Range(0, 8).Select(index => new DraftNode(index - 1, 1, index + 1, 0.5))];
        var cost = Measured(rows => rows);
        Assert.Equal(Enumerable.Repeat(0, 64).Append(3).Append(0), Enumerable.Range(0, 66).Select(_ => cost.Best(nodes)));
        cost = Measured(_ => 1);
        Assert.Equal(Enumerable.Repeat(8, 64).Append(0).Append(8), Enumerable.Range(0, 66).Select(_ => cost.Best(nodes)));
        cost = Measured(rows => rows);
        for (var pass = 0; pass < 64; pass++)
        {
            Assert.True(cost.LeastProbability(8) > 0);
            cost.Best([]);
        }

        Assert.Equal(0, cost.LeastProbability(8));      // so that there is a draft
    }

    [Fact]
    public void A_size_costs_no_more_than_a_larger_one()
    {
        var cost = new VerifyCost();
        foreach (var (rows, seconds) in new[] { (1, 1), (3, 8), (5, 5) })
        {
            cost.Observe(rows, seconds);
            cost.Observe(rows, seconds);
        }

        Assert.Equal(5, cost.Estimate(4), 1e-9);
    }

    [Fact]
    public void A_machine_that_becomes_slower_makes_passes_of_all_sizes_slower()
    {
        var cost = Measured(rows => 1 + rows);
        for (var pass = 0; pass < 400; pass++)
        {
            cost.Observe(1, 2);
            cost.Observe(4, 4.5);
        }

        for (var pass = 0; pass < 50; pass++)
        {
            cost.Observe(4, 3 * 4.5);
        }

        Assert.Equal(3 * 4.5, cost.Estimate(4), 0.2);
        Assert.InRange(cost.Estimate(1), 2 * 2, 3 * 2);
        Assert.InRange(cost.Estimate(40), 41 * 2, 41 * 3);
    }

    // As passes come: many of one kind, and one of the other to measure it again.
    [Fact]
    public void What_a_size_costs_beside_the_others_is_learned_at_any_pace() =>
        Gen.Select(Gen.Double[0.2, 5], Gen.Double[0.5, 2], Gen.Bool).Sample((pace, wrong, drafts) =>
        {
            var cost = new VerifyCost();
            cost.Know([(1, 1), (4, 1.2), (128, 6.6 * wrong)]);
            for (var pass = 0; pass < 10 * 65; pass++)
            {
                var isLarge = (pass % 65 == 0) != drafts;
                cost.Observe(isLarge ? 112 : 1, isLarge ? 6 * pace : pace);
            }

            Assert.InRange(cost.Estimate(112) / cost.Estimate(1), 6 / 1.15, 6 * 1.15);
        });

    [Fact]
    public void Where_in_a_size_a_pass_lies_changes_no_pace()
    {
        var cost = Measured(rows => rows);
        for (var pass = 0; pass < 200; pass++)
        {
            cost.Observe(33, 33);
            cost.Observe(48, 48);
        }

        Assert.Equal(1, cost.Estimate(1), 0.02);
        Assert.Equal(64, cost.Estimate(64), 1.5);
    }

    [Fact]
    public void A_clock_that_stands_still_leaves_nothing_but_zeros()
    {
        var cost = new VerifyCost();
        for (var pass = 0; pass < 9; pass++)
        {
            cost.Observe(1, 0);
        }

        Assert.Equal(0, cost.Estimate(1));
        cost.Observe(1, 2);
        cost.Observe(1, 0);
        Assert.Equal(2, cost.Estimate(1));
    }

    [Fact]
    public void Before_a_plain_pass_is_known_nothing_is_worth_drafting() => Assert.Equal(1, new VerifyCost().LeastProbability(9));

    [Fact]
    public void Where_a_draft_costs_more_than_it_brings_nothing_is_verified()
    {
        DraftNode[] nodes = [new(-1, 1, 1, 0.4), new(0, 1, 2, 0.3)];
        Assert.Equal(0, Measured(rows => rows).Best(nodes));
        Assert.Equal(2, Measured(_ => 1).Best(nodes));
    }

    [Fact]
    public void One_token_is_measured_first_and_larger_sizes_are_tried_then()
    {
        DraftNode[] nodes = [.. Enumerable.Range(0, 30).Select(index => new DraftNode(index - 1, 1, index + 1, 0.9))];
        var cost = new VerifyCost();
        Assert.Equal(0, cost.Best(nodes));
        cost.Observe(1, 1);
        cost.Observe(1, 1);
        Assert.Equal(30, cost.Best(nodes));
        cost.Observe(31, 100);
        cost.Observe(31, 100);
        Assert.InRange(cost.Best(nodes), 0, 3);
    }

    [Fact]
    public void Times_between_measured_sizes_lie_between_theirs_and_a_pause_is_not_believed()
    {
        var cost = Measured(rows => rows);
        for (var rows = 1; rows < 100; rows++)
        {
            Assert.InRange(cost.Estimate(rows), cost.Estimate(1), cost.Estimate(rows + 1));
        }

        var before = cost.Estimate(1);
        cost.Observe(1, 1e6);
        Assert.InRange(cost.Estimate(1), before, 2 * before);
        Assert.Equal(0, new VerifyCost().Estimate(5));
    }

    [Fact]
    public void A_measured_curve_is_known_from_the_start_and_only_where_it_was_measured()
    {
        var cost = new VerifyCost();
        cost.Know([(1, 1), (2, 1.5), (8, 4.5), (32, 16.5)]);
        for (var rows = 1; rows <= 24; rows++)
        {
            Assert.Equal(0.5 + (0.5 * Stairs(rows)), cost.Estimate(rows), 1e-9);
        }

        Assert.Equal(cost.Estimate(29), cost.Estimate(4000));
        cost.Observe(1, 2);
        Assert.InRange(cost.Estimate(1), 1.01, 1.2);
        var empty = new VerifyCost();
        empty.Know([]);
        Assert.Equal(0, empty.Estimate(1));
    }

    private static VerifyCost Measured(Func<double, double> seconds)
    {
        var cost = new VerifyCost();
        foreach (var (first, last) in new[] { (1, 1), (2, 2), (3, 4), (5, 6), (7, 8), (9, 12), (13, 16), (17, 24), (25, 32), (33, 48), (49, 64), (65, 96), (97, 128) })
        {
            cost.Observe(first, seconds((first + last) / 2.0));
            cost.Observe(last, seconds((first + last) / 2.0));
        }

        return cost;
    }

    // Up to eight tokens all of a size cost what its middle does.
    private static double Stairs(int rows) => rows <= 2 ? rows : rows <= 8 ? ((rows - 1) / 2 * 2) + 1.5 : rows;
}
