using CsCheck;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

public sealed class BatchSourceTests
{
    private static readonly Gen<(int[] Lengths, int Shards, int Capacity, ulong Seed)> Cases =
        Gen.Select(Gen.Int[1, 20].Array[1, 60], Gen.Int[1, 5], Gen.Int[20, 60], Gen.ULong);

    [Fact]
    public void Nothing_is_split_dropped_or_repeated() =>
        Cases.Sample(c =>
        {
            var (lengths, shards, capacity, seed) = c;
            var stream = Stream(lengths, seed);
            var batches = new BatchSource(stream, shards, capacity);
            var next = 0L;
            for (var step = 0; step < 5; step++)
            {
                var batch = batches.Read(next);
                Assert.Equal(shards, batch.Shards.Count);
                Assert.Equal(next, batch.FirstSample);
                var samples = batch.Shards.SelectMany(shard => shard.Samples).ToArray();
                Assert.Equal(Enumerable.Range((int)next, samples.Length).Select(s => (long)s), samples);
                Assert.Equal(next + samples.Length, batch.NextSample);
                foreach (var (shard, number) in batch.Shards.Select((shard, number) => (shard, number)))
                {
                    AssertHolds(shard, capacity, stream.Read);
                    // the next document would not have fitted
                    var follower = stream.Read(shard.Samples[^1] + 1).Tokens.Length;
                    Assert.True(shard.Tokens.Length + follower > capacity, $"shard {number} has room left");
                }

                next = batch.NextSample;
            }
        }, iter: 100);

    [Fact]
    public void The_same_number_gives_the_same_batch()
    {
        var batches = new BatchSource(Stream([.. Enumerable.Range(1, 30)], 3), 2, 64);
        var second = batches.Read(batches.Read(0).NextSample);
        var again = batches.Read(second.FirstSample);
        Assert.Equal(second.Shards.Select(shard => string.Join(' ', shard.Tokens)), again.Shards.Select(shard => string.Join(' ', shard.Tokens)));
        Assert.Equal(second.NextSample, again.NextSample);
    }

    [Fact]
    public void A_document_longer_than_a_shard_is_refused_when_it_is_known()
    {
        var error = Assert.Throws<LlmEfficiencyException>(() => new BatchSource(Stream([4, 70], 3), 2, 64).Read(0));
        Assert.Equal("numbers: documents of 70 tokens do not fit in shards of 64 tokens; make the sequence length smaller or the shards larger", error.Message);
        var store = Stores.OfTexts(100, "abc");
        Assert.Throws<LlmEfficiencyException>(() => new BatchSource(new SampleStream([(store, 1)], 0), 1, 99));
        Assert.NotEmpty(new BatchSource(new SampleStream([(store, 1)], 0), 1, 100).Read(0).Shards);
    }

    [Fact]
    public void A_finite_source_is_packed_once_in_its_order() =>
        Cases.Sample(c =>
        {
            var source = new NumberedDocuments("numbers", c.Lengths);
            var shards = FixedBatches.Enumerate(source, c.Capacity).ToArray();
            Assert.Equal(Enumerable.Range(0, c.Lengths.Length).Select(i => (long)i), shards.SelectMany(shard => shard.Samples));
            Assert.All(shards, shard => AssertHolds(shard, c.Capacity, source.Read));
            Assert.All(shards.SkipLast(1), shard => Assert.True(
                shard.Tokens.Length + c.Lengths[(int)shard.Samples[^1] + 1] > c.Capacity));
            var few = FixedBatches.Enumerate(source, c.Capacity, maxDocuments: 3).Sum(shard => shard.Lengths.Length);
            Assert.Equal(Math.Min(3, c.Lengths.Length), few);
        }, iter: 100);

    [Fact]
    public void An_empty_source_gives_no_shard_and_a_long_document_is_refused()
    {
        Assert.Empty(FixedBatches.Enumerate(new NumberedDocuments("none", []), 10));
        var error = Assert.Throws<LlmEfficiencyException>(() => FixedBatches.Enumerate(new NumberedDocuments("long", [3, 11]), 10).Count());
        Assert.StartsWith("long: documents of 11 tokens", error.Message);
    }

    private static SampleStream Stream(int[] lengths, ulong seed) => new([(new NumberedDocuments("numbers", lengths), 1)], seed);

    private static void AssertHolds(PackedShard shard, int capacity, Func<long, TokenDocument> read)
    {
        Assert.InRange(shard.Tokens.Length, 1, capacity);
        var documents = shard.Samples.Select(read).ToArray();
        Assert.Equal(documents.SelectMany(document => document.Tokens.ToArray()), shard.Tokens);
        Assert.Equal(documents.SelectMany(document => document.Targets.ToArray()), shard.Targets);
        Assert.Equal(documents.Select(document => document.Tokens.Length), shard.Lengths);
        Assert.Equal(shard.Targets.Count(isTarget => isTarget), shard.TargetCount);
    }
}
