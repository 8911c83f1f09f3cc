using CsCheck;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.SparseRL.Retention;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Tests.Retention;

/// <summary>Every policy against its formula in plain loops, and what the formulas promise.</summary>
public sealed class PolicyScoreTests
{
    private const int Recent = 3;

    // Built where it is used, so that its tensors have an owner.
    private static readonly Gen<Func<RetentionView>> Views =
        from seed in Gen.ULong[1, 100_000]
        from rows in Gen.Int[1, 3]
        from kvHeads in Gen.Int[1, 3]
        from doublings in Gen.Int[0, 2]
        from n in Gen.Int[5, 24]
        from half in Gen.Int[1, 4]
        from window in Gen.Int[1, 4]
        select (Func<RetentionView>)(() => RandomView.Create(seed, rows, kvHeads, 1 << doublings, n, half * 2, window, Recent));

    public static TheoryData<string> Names => SparseRuns.Names;

    [Fact]
    public void R_kv_equals_the_plain_loops() => AssertEqualsPlain(
        new RKvPolicy(new() { Kernel = 5, Lambda = 0.3, Threshold = 0.2 }),
        (queries, keys, view) => PlainScores.Importance(queries, keys, view.Candidates, 5).Zip(
            PlainScores.Redundancy(keys, view.Candidates, 0.2), (i, r) => (0.3 * i) - (0.7 * r)).ToArray());

    [Fact]
    public void SnapKV_equals_the_plain_loops() => AssertEqualsPlain(
        new SnapKvPolicy(new() { Kernel = 3 }), (queries, keys, view) => PlainScores.Importance(queries, keys, view.Candidates, 3));

    [Fact]
    public void KeyDiff_equals_the_plain_loops() =>
        AssertEqualsPlain(new KeyDiffPolicy(), (_, keys, view) => PlainScores.KeyDiff(keys)[..view.Candidates]);

    [Fact]
    public void Knorm_equals_the_plain_loops() =>
        AssertEqualsPlain(new KnormPolicy(), (_, keys, view) => [.. keys.Take(view.Candidates).Select(key => -PlainScores.Norm(key))]);

    [Fact]
    public void Tova_equals_the_plain_loops() => Views.Sample(
        create =>
        {
            using var scope = NewDisposeScope();
            var view = create();
            var last = view with { Queries = view.Queries!.narrow(2, 0, 1) };
            var scores = new TovaPolicy().Score(last);
            for (var row = 0; row < view.Keys.shape[0]; row++)
            {
                var heads = Enumerable.Range(0, (int)view.Keys.shape[1]).ToArray();
                double[][][] latest = [.. heads.Select(head => Group(last, row, head).Select(query => query[0]).ToArray())];
                double[][][] keys = [.. heads.Select(head => RandomView.Vectors(view.Keys[row, head]))];
                AssertClose(PlainScores.Tova(latest, keys)[..view.Candidates], RandomView.Numbers(scores[row, 0]));
            }
        },
        iter: 10, threads: 1);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_batch_is_its_rows_alone(string policy) => Views.Sample(
        create =>
        {
            using var scope = NewDisposeScope();
            var view = create();
            var score = RetentionList.Create(policy)!;
            var lent = policy == "tova" ? view with { Queries = view.Queries!.narrow(2, 0, 1) } : view;
            var all = score.Score(lent);
            for (var row = 0; row < view.Keys.shape[0]; row++)
            {
                AssertClose(RandomView.Numbers(score.Score(lent.Row(row)).flatten()), RandomView.Numbers(all[row].flatten()));
            }
        },
        iter: 5, threads: 1);

    [Fact]
    public void R_kv_with_lambda_one_is_SnapKV() => Views.Sample(
        create =>
        {
            using var scope = NewDisposeScope();
            var view = create();
            Assert.Equal(
                RandomView.Numbers(new SnapKvPolicy().Score(view).flatten()),
                RandomView.Numbers(new RKvPolicy(new() { Lambda = 1 }).Score(view).flatten()));
        },
        iter: 5, threads: 1);

    [Fact]
    public void A_group_of_equal_queries_is_one_query()
    {
        using var scope = NewDisposeScope();
        var one = RandomView.Create(3, 2, 2, 1, 20, 8, 4, Recent);
        var four = one with { Queries = one.Queries!.repeat_interleave(4, 1) };
        foreach (var policy in new IRetentionPolicy[] { new RKvPolicy(), new SnapKvPolicy(), new TovaPolicy() })
        {
            AssertClose(RandomView.Numbers(Score(policy, one)), RandomView.Numbers(Score(policy, four)));
        }

        static Tensor Score(IRetentionPolicy policy, RetentionView view) =>
            policy.Score(policy.QueryWindow == 1 ? view with { Queries = view.Queries!.narrow(2, 0, 1) } : view).flatten();
    }

    [Fact]
    public void Of_identical_keys_R_kv_keeps_the_most_recent()
    {
        using var scope = NewDisposeScope();
        var view = RandomView.Create(5, 1, 1, 1, 12, 8, 2, recent: 2);
        using var keys = eye(12, 16).view(1, 1, 12, 16).clone();
        foreach (var slot in new[] { 5, 8 })
        {
            keys[0, 0, slot].copy_(keys[0, 0, 2]);
        }

        var queries = zeros(1, 1, 2, 16);     // all keys are as important
        var scores = RandomView.Numbers(new RKvPolicy().Score(view with { Keys = keys, Queries = queries })[0, 0]);
        Assert.True(scores[8] > scores[5]);
        Assert.True(scores[8] > scores[2]);
    }

    [Fact]
    public void Of_orthogonal_keys_R_kv_keeps_the_most_important()
    {
        using var scope = NewDisposeScope();
        var view = RandomView.Create(6, 1, 1, 2, 12, 16, 3, Recent) with { Keys = eye(12, 16).view(1, 1, 12, 16) };
        var settings = new RKvSettings { Kernel = 1 };
        var mixed = RandomView.Numbers(new RKvPolicy(settings).Score(view)[0, 0]);
        var important = RandomView.Numbers(new SnapKvPolicy(new() { Kernel = 1 }).Score(view)[0, 0]);
        Assert.Equal(Order(important), Order(mixed));

        static int[] Order(double[] scores) => [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i])];
    }

    [Fact]
    public void A_heavy_key_is_best_for_SnapKV_and_its_neighbours_with_it()
    {
        using var scope = NewDisposeScope();
        var view = RandomView.Create(7, 1, 1, 1, 30, 8, 4, Recent);
        view.Keys[0, 0, 13].copy_(view.Queries!.mean([0, 1, 2]).mul(40));
        var scores = RandomView.Numbers(new SnapKvPolicy().Score(view)[0, 0]);
        var best = Enumerable.Range(0, scores.Length).Where(i => scores[i] == scores.Max());
        Assert.Equal(Enumerable.Range(10, 7), best);
    }

    [Fact]
    public void Scores_of_bf16_keys_are_computed_in_fp32()
    {
        using var scope = NewDisposeScope();
        var half = RandomView.Create(8, 2, 2, 2, 20, 8, 4, Recent, ScalarType.BFloat16);
        var single = half with { Keys = half.Keys.to(ScalarType.Float32), Queries = half.Queries!.to(ScalarType.Float32) };
        foreach (var policy in new IRetentionPolicy[] { new RKvPolicy(), new SnapKvPolicy(), new KeyDiffPolicy(), new KnormPolicy() })
        {
            var scores = policy.Score(half);
            Assert.Equal(ScalarType.Float32, scores.dtype);
            AssertClose(RandomView.Numbers(policy.Score(single).flatten()), RandomView.Numbers(scores.flatten()));
        }
    }

    [Fact]
    public void Random_draws_anew_for_each_sequence_head_compression_and_seed()
    {
        using var scope = NewDisposeScope();
        var view = RandomView.Create(9, 2, 2, 1, 2000, 2, 1, recent: 8);
        var scores = new RandomPolicy().Score(view);
        var draws = new[] { scores[0, 0], scores[0, 1], scores[1, 0], Other(view with { Seen = view.Seen.add(1) }), Seeded(1) }
            .Select(RandomView.Numbers).ToArray();
        for (var one = 0; one < draws.Length; one++)
        {
            Assert.InRange(draws[one].Average() / (1 << 24), 0.45, 0.55);
            for (var other = 0; other < one; other++)
            {
                Assert.InRange(Correlation(draws[one], draws[other]), -0.1, 0.1);
            }
        }

        Tensor Other(RetentionView changed) => new RandomPolicy().Score(changed)[0, 0];

        Tensor Seeded(ulong seed) => new RandomPolicy(new() { Seed = seed }).Score(view)[0, 0];
    }

    [Fact]
    public void PyramidKV_spends_the_whole_budget_falling_from_layer_to_layer() =>
        Gen.Select(Gen.Int[2, 40], Gen.Int[60, 600], Gen.Int[2, 20]).Sample((layers, budget, beta) =>
        {
            var policy = new PyramidKvPolicy(new() { Beta = beta });
            int[] budgets = [.. Enumerable.Range(0, layers).Select(layer => policy.LayerBudget(layer, layers, budget))];
            var least = (budget - 8) / (double)beta;
            Assert.Equal(layers * budget, budgets.Sum());
            Assert.All(budgets.Zip(budgets.Skip(1)), pair => Assert.True(pair.First >= pair.Second - 1));
            Assert.Equal(8 + least, budgets[^1], 1.0);
            Assert.Equal(8 + (2 * (budget - 8)) - least, budgets[0], 1.0);
        });

    private static double Correlation(double[] left, double[] right)
    {
        var (a, b) = (left.Average(), right.Average());
        return left.Zip(right, (x, y) => (x - a) * (y - b)).Sum()
            / Math.Sqrt(left.Sum(x => (x - a) * (x - a)) * right.Sum(y => (y - b) * (y - b)));
    }

    private static void AssertEqualsPlain(
        IRetentionPolicy policy, Func<double[][][], double[][], RetentionView, double[]> plain) => Views.Sample(
        create =>
        {
            using var scope = NewDisposeScope();
            var view = create();
            var scores = policy.Score(view);
            for (var row = 0; row < view.Keys.shape[0]; row++)
            {
                for (var head = 0; head < view.Keys.shape[1]; head++)
                {
                    var expected = plain(Group(view, row, head), RandomView.Vectors(view.Keys[row, head]), view);
                    AssertClose(expected, RandomView.Numbers(scores[row, head]));
                }
            }
        },
        iter: 20, threads: 1);

    // [group][window][headDim]
    private static double[][][] Group(RetentionView view, int row, int kvHead)
    {
        var group = view.Queries!.shape[1] / view.Keys.shape[1];
        return [.. Enumerable.Range(0, (int)group).Select(i => RandomView.Vectors(view.Queries[row, (kvHead * group) + i]))];
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }
}
