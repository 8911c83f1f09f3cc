using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Backpropagation;

/// <summary>Random weights and shards for passes, and how their gradients are compared.</summary>
internal static class RandomPasses
{
    /// <summary>Returns the weights as one tensor, which does not own them.</summary>
    public static unsafe Tensor Flat(NativeBuffer<float> weights) =>
        TorchInterop.FromMemory((IntPtr)weights.Pointer, [weights.Count], ScalarType.Float32);

    public static NativeBuffer<float> Weights(TransformerConfig config, int seed, double deviation = 0.25)
    {
        var layout = ParameterLayout.Of(config);
        var weights = new NativeBuffer<float>(layout.Length);
        var random = new Random(seed);
        foreach (var place in layout.Places)
        {
            foreach (ref var value in weights.Slice(place.Offset, place.Count))
            {
                var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                value = (float)((deviation * normal) + (place.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0));
            }
        }

        return weights;
    }

    public static PackedShard Shard(int[] lengths, int vocabulary, int seed)
    {
        var random = new Random(seed);
        var (tokens, targets) = (new List<int>(), new List<bool>());
        foreach (var length in lengths)
        {
            tokens.AddRange(Enumerable.Range(0, length).Select(_ => random.Next(vocabulary)));
            targets.AddRange(Enumerable.Range(0, length).Select(place => place > 0 && random.Next(3) > 0));
        }

        return new PackedShard([.. tokens], [.. targets], lengths, [.. lengths.Select((_, number) => (long)number)]);
    }

    public static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        var scale = Math.Sqrt(expected.Sum(value => (double)value * value) / expected.Length) + 1e-6;
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Math.Abs(expected[i] - actual[i]);
            Assert.True(error <= tolerance * (scale + Math.Abs(expected[i])), $"{i}: {expected[i]} against {actual[i]}, scale {scale}");
        }
    }
}
