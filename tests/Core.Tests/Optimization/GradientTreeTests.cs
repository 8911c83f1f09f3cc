using System.Numerics;
using CsCheck;
using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Optimization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Optimization;

public sealed class GradientTreeTests
{
    private const int Length = 37;

    private static readonly Gen<(int Shards, int Threads, int Seed)> Cases = Gen.Select(Gen.Int[1, 23], Gen.Int[1, 5], Gen.Int[0, 9999]);

    [Fact]
    public void Any_order_of_arrival_gives_the_bits_of_the_pairwise_sum() => Cases.Sample(
        c =>
        {
            var tree = new GradientTree(Length);
            var gradients = Gradients(c.Shards, c.Seed);
            var order = Enumerable.Range(0, c.Shards).ToArray();
            new Random(c.Seed).Shuffle(order);
            for (var repetition = 0; repetition < 2; repetition++)
            {
                var sums = order.Select(shard => Add(tree, shard, gradients)).Where(sum => sum is not null).ToArray();
                Assert.Equal(Pairwise(gradients), Assert.Single(sums)!);
                tree.Return(sums[0]!);
            }
        },
        iter: 200);

    [Fact]
    public void Any_number_of_threads_gives_these_bits_with_few_buffers() => Cases.Sample(
        c =>
        {
            var (tree, gradients, next) = (new GradientTree(Length), Gradients(c.Shards, c.Seed), -1);
            var rented = new HashSet<float[]>(ReferenceEqualityComparer.Instance);
            float[]? whole = null;
            using var threads = new WorkerThreads(c.Threads);
            threads.Run(_ =>
            {
                for (int shard; (shard = Interlocked.Increment(ref next)) < c.Shards;)
                {
                    var buffer = tree.Rent();
                    lock (rented)
                    {
                        rented.Add(buffer);
                    }

                    gradients[shard].CopyTo(buffer, 0);
                    whole = tree.Add(shard, c.Shards, buffer) ?? whole;
                }
            });
            Assert.Equal(Pairwise(gradients), whole!);
            Assert.InRange(rented.Count, 1, c.Threads * (2 + BitOperations.Log2((uint)c.Shards)));
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void A_step_that_was_broken_off_is_forgotten()
    {
        var (tree, gradients) = (new GradientTree(Length), Gradients(5, 1));
        Assert.Null(Add(tree, 0, gradients));
        Assert.Null(Add(tree, 3, gradients));
        tree.Reset();
        float[]?[] sums = [.. Enumerable.Range(0, 5).Select(shard => Add(tree, shard, gradients))];
        Assert.Equal(Pairwise(gradients), sums[^1]!);
    }

    [Fact]
    public void A_team_of_any_size_returns_the_same_bits() => Cases.Sample(
        c =>
        {
            var (gradients, shards) = (Gradients(c.Shards, c.Seed), Enumerable.Range(0, c.Shards).ToArray());
            using var threads = new WorkerThreads(c.Threads);
            using var team = new GradientTeam<int>(threads, () => new FixedWorker(gradients), Length);
            for (var repetition = 0; repetition < 3; repetition++)
            {
                var (loss, gradient) = team.Differentiate(shards, shard => (_, _, _) => shard / 3.0);
                Assert.Equal(shards.Select(shard => shard / 3.0).Sum(), loss);
                Assert.Equal(Pairwise(gradients), gradient);
                team.Return(gradient);
            }

            Assert.Equal(shards.Select(shard => -shard), team.ForEach(shards, (_, shard) => -shard));
        },
        iter: 30,
        threads: 1);

    private static float[]? Add(GradientTree tree, int shard, float[][] gradients)
    {
        var buffer = tree.Rent();
        gradients[shard].CopyTo(buffer, 0);
        return tree.Add(shard, gradients.Length, buffer);
    }

    private static float[][] Gradients(int shards, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shards).Select(_ =>
            Enumerable.Range(0, Length).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(7)))).ToArray())];
    }

    // Level by level: neighbours are added, the last one of an odd number is taken along.
    private static float[] Pairwise(float[][] gradients) => gradients.Length == 1
        ? gradients[0]
        : Pairwise([.. gradients.Chunk(2).Select(pair => pair.Length == 1 ? pair[0] : pair[0].Zip(pair[1], (a, b) => a + b).ToArray())]);

    private sealed class FixedWorker(float[][] gradients) : IGradientWorker<int>
    {
        public double Differentiate(int shard, TokenObjective objective, Span<float> gradient)
        {
            gradients[shard].CopyTo(gradient);
            return objective(0, [], []);
        }

        public double Evaluate(int shard, TokenObjective objective) => objective(0, [], []);

        public void Dispose()
        {
        }
    }
}
