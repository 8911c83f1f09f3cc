using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.SparseRL.Retention;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Tests.Retention;

public sealed class AttentionMassTests
{
    // Each query hands out one unit a head: what is cached has received all of it until something is evicted.
    [Fact]
    public void Keys_receive_as_much_as_queries_give_and_keep_it_through_compressions()
    {
        var watch = new MassWatch();
        using var engine = TinyModels.Engine(SparseRuns.Config, chunkLength: 3);
        using var session = engine.Open(2, 60, new RetentionSettings { Policy = watch, Budget = 8, Interval = 4 });
        int[] prompt = [.. Enumerable.Range(0, 11)];
        session.Forward([new DecodeRow(0, prompt), new DecodeRow(1, prompt.AsMemory(0, 2))]);
        for (var step = 0; step < 20; step++)
        {
            session.Forward([new DecodeRow(0, new[] { step }), new DecodeRow(1, new[] { step + 1 })]);
        }

        const int Group = 2;
        Assert.All(watch.First, sum => Assert.Equal(12.0 * Group, sum, 1e-3));
        Assert.True(watch.Later.Count > 10);
        Assert.All(watch.Later, seen => Assert.True(seen.After >= seen.Kept - 1e-3));
        Assert.All(watch.Later, seen => Assert.InRange(seen.After - seen.Kept, 0, (4 * Group) + 1e-3));
    }

    // H2O as it is, but it writes down what it is shown.
    private sealed class MassWatch : IRetentionPolicy
    {
        private readonly H2oPolicy _inner = new();
        private readonly Dictionary<(long Layer, long Row, int Head), Dictionary<long, double>> _seen = [];

        public string Name => _inner.Name;

        public bool NeedsAttentionMass => true;

        public List<double> First { get; } = [];

        public List<(double Kept, double After)> Later { get; } = [];

        public int Recent(int budget) => _inner.Recent(budget);

        public void Validate(int budget, int layers) => _inner.Validate(budget, layers);

        public Tensor Score(RetentionView view)
        {
            for (var row = 0; row < view.Keys.shape[0]; row++)
            {
                for (var head = 0; head < view.Keys.shape[1]; head++)
                {
                    var mass = RandomView.Numbers(view.Mass![row, head]);
                    var positions = RandomView.Numbers(view.Positions[row, head]).Select(position => (long)position).ToArray();
                    var key = (view.Layers[row, 0, 0].item<long>(), view.SequenceKeys[row, 0, 0].item<long>(), head);
                    if (_seen.TryGetValue(key, out var before))
                    {
                        // What a key had received stays with it, and only grows.
                        var kept = positions.Where(before.ContainsKey).ToArray();
                        Later.Add((kept.Sum(position => before[position]), kept.Sum(position => mass[Array.IndexOf(positions, position)])));
                        Assert.All(kept, position => Assert.True(mass[Array.IndexOf(positions, position)] >= before[position] - 1e-4));
                    }
                    else
                    {
                        First.Add(mass.Sum());
                    }

                    _seen[key] = positions.Zip(mass).ToDictionary();
                }
            }

            return _inner.Score(view);
        }
    }
}
