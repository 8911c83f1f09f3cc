using CsCheck;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

public sealed class SampleStreamTests
{
    private static readonly Gen<(int Count, double Weight)[]> Mixtures =
        Gen.Select(Gen.Int[1, 400], Gen.Double[0.01, 3]).Array[1, 4];

    [Fact]
    public void Every_document_comes_once_in_each_epoch() =>
        Gen.Select(Mixtures, Gen.ULong).Sample((mixture, seed) =>
        {
            var stream = Stream(seed, mixture);
            var drawn = Enumerable.Range(0, 4096).Select(sample => stream.Locate(sample)).ToArray();
            foreach (var (source, _) in stream.Sources)
            {
                var epochs = drawn.Where(at => at.Source == source).GroupBy(at => at.Epoch, at => at.Index).ToArray();
                var last = epochs.Max(epoch => epoch.Key);
                Assert.Equal(last + 1, epochs.Length);
                Assert.All(epochs, epoch => Assert.Equal(epoch.Count(), epoch.Distinct().Count()));
                // the last epoch goes on; those before are whole, but for what the block's order still mixes
                Assert.All(epochs.Where(epoch => epoch.Key < last), epoch => Assert.Equal(source.Count, epoch.Count()));
            }
        }, iter: 30);

    [Fact]
    public void Each_block_holds_the_same_share_of_each_source_to_within_one() =>
        Gen.Select(Mixtures, Gen.ULong).Sample((mixture, seed) =>
        {
            var stream = Stream(seed, mixture);
            var total = mixture.Sum(m => m.Weight);
            foreach (var block in (int[])[0, 1, 17])
            {
                var counts = Enumerable.Range(block * 1024, 1024).CountBy(sample => stream.Locate(sample).Source).ToDictionary();
                for (var i = 0; i < mixture.Length; i++)
                {
                    var expected = 1024 * mixture[i].Weight / total;
                    Assert.InRange(counts.GetValueOrDefault(stream.Sources[i].Source), expected - 2, expected + 2);
                }
            }
        }, iter: 20);

    [Fact]
    public void Shares_are_exact_over_a_period()
    {
        var shares = new BlockShares(["a", "b", "c"], [1, 1, 1]);
        Assert.Equal([349526, 349525, 349525], Enumerable.Range(0, 3).Select(s => shares.DrawsBefore(1024, s)));
        Assert.Equal([3 * 349526, 3 * 349525, 3 * 349525], Enumerable.Range(0, 3).Select(s => shares.DrawsBefore(3072, s)));
        for (var block = 0; block < 3072; block++)
        {
            Assert.Equal(1024, Enumerable.Range(0, 3).Sum(s => shares.Draws(block, s)));
            Assert.All(Enumerable.Range(0, 3), s =>
            {
                Assert.InRange(shares.Draws(block, s), 340, 343);
                Assert.Equal(shares.DrawsBefore(block, s) + shares.Draws(block, s), shares.DrawsBefore(block + 1, s));
            });
        }
    }

    [Fact]
    public void Draws_lie_evenly_whatever_the_weights() =>
        Gen.Double[0.00002, 1].Array[1, 8].Sample(weights =>
        {
            var shares = new BlockShares([.. weights.Select((_, i) => $"{i}")], weights);
            foreach (var block in (int[])[1, 2, 3, 100, 511, 1023])
            {
                var draws = weights.Select((_, i) => shares.DrawsBefore(block, i)).ToArray();
                Assert.Equal(block * 1024L, draws.Sum());
                for (var i = 0; i < weights.Length; i++)
                {
                    var share = (double)shares.DrawsBefore(1024, i) / (1 << 20);
                    Assert.InRange(draws[i], (block * 1024 * share) - weights.Length, (block * 1024 * share) + weights.Length);
                    Assert.InRange(share, (weights[i] / weights.Sum()) - 2e-6, (weights[i] / weights.Sum()) + 2e-6);
                }
            }
        }, iter: 10);

    [Fact]
    public async Task A_sample_does_not_depend_on_who_reads()
    {
        var stream = Stream(5, (100, 1), (7, 2), (300, 0.5));
        var alone = Enumerable.Range(0, 2000).Select(sample => stream.Locate(sample)).ToArray();
        var cancellation = TestContext.Current.CancellationToken;
        var readers = await Task.WhenAll(Enumerable.Range(0, 4).Select(reader => Task.Run(() =>
            Enumerable.Range(0, 2000).Select(i => (i * (2 * reader + 3)) % 2000).Select(sample => (sample, stream.Locate(sample))).ToArray(),
            cancellation)));
        Assert.All(readers.SelectMany(found => found), found => Assert.Equal(alone[found.sample], found.Item2));
    }

    [Fact]
    public void The_seed_chooses_the_order_and_the_fingerprint_tells()
    {
        var (first, same, other) = (Stream(1, (50, 1)), Stream(1, (50, 1)), Stream(2, (50, 1)));
        Assert.Equal(Indexes(first), Indexes(same));
        Assert.NotEqual(Indexes(first), Indexes(other));
        Assert.Equal(first.Fingerprint, same.Fingerprint);
        Assert.Equal(4, new[] { first, other, Stream(1, (51, 1)), Stream(1, (50, 2)) }.Select(s => s.Fingerprint).Distinct().Count());

        static long[] Indexes(SampleStream stream) => [.. Enumerable.Range(0, 200).Select(sample => stream.Locate(sample).Index)];
    }

    [Fact]
    public void Epochs_differ_in_their_order()
    {
        var stream = Stream(1, (64, 1));
        var orders = Enumerable.Range(0, 32 * 64).Select(sample => stream.Locate(sample))
            .GroupBy(at => at.Epoch).Select(epoch => string.Join(' ', epoch.Select(at => at.Index)));
        Assert.Equal(32, orders.Distinct().Count());
    }

    [Theory]
    [InlineData(0.0, "weight must be a positive number")]
    [InlineData(double.NaN, "weight must be a positive number")]
    [InlineData(double.PositiveInfinity, "weight must be a positive number")]
    [InlineData(1e-9, "less than a millionth")]
    public void A_weight_that_cannot_be_is_refused(double weight, string problem)
    {
        var error = Assert.Throws<LlmEfficiencyException>(() => Stream(1, (5, 1), (5, weight)));
        Assert.Equal(ErrorKind.Configuration, error.Kind);
        Assert.StartsWith("source 1:", error.Message);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void An_empty_source_and_no_source_are_refused()
    {
        Assert.Contains("source 0: there is no document", Assert.Throws<LlmEfficiencyException>(() => Stream(1, (0, 1))).Message);
        Assert.Contains("no data source", Assert.Throws<LlmEfficiencyException>(() => Stream(1)).Message);
    }

    private static SampleStream Stream(ulong seed, params (int Count, double Weight)[] mixture) => new(
        [.. mixture.Select((m, i) => ((IDocumentSource)new NumberedDocuments($"source {i}", [.. Enumerable.Repeat(2, m.Count)]), m.Weight))],
        seed);
}
