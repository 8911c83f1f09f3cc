using CsCheck;
using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Backpropagation;

public sealed class FusedTransformerTests
{
    private static readonly Gen<(TransformerConfig Config, PackedShard Shard, int Seed)> Cases =
        from config in TinyModels.Configs
        from lengths in Gen.Int[1, 60].Array[1, 5]
        from seed in Gen.Int[0, 10000]
        select (config, RandomPasses.Shard(lengths, config.VocabularySize, seed), seed);

    [Fact]
    public void Loss_and_gradient_equal_those_of_autograd() => Cases.Sample(
        c =>
        {
            using var weights = RandomPasses.Weights(c.Config, c.Seed);
            var objective = TokenObjectives.CrossEntropy(1.0 / Math.Max(1, c.Shard.TargetCount));
            var temperature = (c.Seed % 5) switch { 0 => 0.7, 1 => 1.6, _ => 1 };
            var (loss, gradient) = Fused(c.Config, weights, c.Shard, objective, recomputes: c.Seed % 2 == 0, temperature);
            var (expectedLoss, expected) = Autograd(c.Config, weights, c.Shard, objective, recomputes: c.Seed % 3 == 0, temperature);
            Assert.Equal(expectedLoss, loss, 1e-4 * Math.Max(1, Math.Abs(expectedLoss)));
            // The norm of a lone component takes its gradient from a difference of nearly equal numbers.
            RandomPasses.AssertClose(expected, gradient, c.Config.HiddenSize == 1 ? 1e-3 : 2e-4);
        },
        iter: 60);

    [Fact]
    public void The_gradient_equals_finite_differences()
    {
        var config = TinyModels.Qwen;
        using var weights = RandomPasses.Weights(config, 3);
        var shard = RandomPasses.Shard([9, 1, 14], config.VocabularySize, 5);
        var objective = TokenObjectives.CrossEntropy(1);
        var (_, gradient) = Fused(config, weights, shard, objective, recomputes: false);
        using var worker = new FusedTransformer<float, Fp32>(config, weights, 64, recomputes: false);
        foreach (var place in ParameterLayout.Of(config).Places)
        {
            // The direction of the gradient itself, within this parameter: the largest slope, so the least noise.
            var span = weights.Slice(place.Offset, place.Count);
            var direction = gradient.AsSpan((int)place.Offset, (int)place.Count).ToArray();
            var length = Math.Sqrt(direction.Sum(value => (double)value * value));
            var step = 2e-3 / length;
            var before = span.ToArray();
            var up = Shifted(span, before, direction, step, () => worker.Evaluate(shard, objective));
            var down = Shifted(span, before, direction, -step, () => worker.Evaluate(shard, objective));
            var slope = (up - down) / (2 * step);
            Assert.Equal(1, slope / (length * length), 0.02);
        }
    }

    [Fact]
    public void Half_precision_stays_near_single_precision()
    {
        var config = TinyModels.Llama with { HiddenSize = 64, InnerSize = 96, HeadDim = 16 };
        using var weights = RandomPasses.Weights(config, 7, deviation: 0.08);
        using var half = new NativeBuffer<ushort>(weights.Count);
        unsafe
        {
            RowKernel<ushort, Bf16>.Narrow(weights.Pointer, half.Pointer, weights.Count);
            RowKernel<ushort, Bf16>.Widen(half.Pointer, weights.Pointer, weights.Count);
        }

        var shard = RandomPasses.Shard([50, 30, 40], config.VocabularySize, 1);
        var objective = TokenObjectives.CrossEntropy(1.0 / shard.TargetCount);
        var (loss, gradient) = Fused(config, weights, shard, objective, recomputes: false);
        using var worker = new FusedTransformer<ushort, Bf16>(config, half, 128, recomputes: false);
        var rounded = new float[weights.Count];
        Assert.Equal(loss, worker.Differentiate(shard, objective, rounded), 0.02);
        Assert.InRange(Cosine(gradient, rounded), 0.995, 1.0001);
    }

    [Fact]
    public void Documents_do_not_see_each_other()
    {
        var config = TinyModels.Mistral;
        using var weights = RandomPasses.Weights(config, 11);
        using var worker = new FusedTransformer<float, Fp32>(config, weights, 128, recomputes: false);
        var whole = RandomPasses.Shard([20, 31, 7], config.VocabularySize, 2);
        var together = LogProbabilities(worker, whole);
        var apart = new List<float>();
        var start = 0;
        foreach (var length in whole.Lengths)
        {
            apart.AddRange(LogProbabilities(
                worker, new PackedShard(whole.Tokens[start..(start + length)], whole.Targets[start..(start + length)], [length], [0])));
            start += length;
        }

        Assert.Equal(apart, together, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void The_same_shard_gives_the_same_bits_whatever_came_before()
    {
        var config = TinyModels.Llama;
        using var weights = RandomPasses.Weights(config, 5);
        var (shard, other) = (RandomPasses.Shard([12, 40], config.VocabularySize, 1), RandomPasses.Shard([60, 3], config.VocabularySize, 2));
        var objective = TokenObjectives.CrossEntropy(1);
        using var worker = new FusedTransformer<float, Fp32>(config, weights, 64, recomputes: false);
        var (first, second) = (new float[weights.Count], new float[weights.Count]);
        worker.Differentiate(shard, objective, first);
        worker.Differentiate(other, objective, second);
        worker.Differentiate(shard, objective, second);
        Assert.Equal(first, second);
    }

    [Fact]
    public void A_vocabulary_too_large_for_one_stretch_of_logits_gives_the_same_gradient()
    {
        var config = TinyModels.Llama with { VocabularySize = 40_000, LayerCount = 1 };
        using var weights = RandomPasses.Weights(config, 13);
        var shard = RandomPasses.Shard([300, 150], config.VocabularySize, 3);
        var objective = TokenObjectives.CrossEntropy(1.0 / shard.TargetCount);
        var (loss, gradient) = Fused(config, weights, shard, objective, recomputes: false);
        var (expectedLoss, expected) = Autograd(config, weights, shard, objective, recomputes: false);
        Assert.Equal(expectedLoss, loss, 1e-4 * Math.Abs(expectedLoss));
        RandomPasses.AssertClose(expected, gradient, 2e-4);
    }

    private static (double Loss, float[] Gradient) Fused(
        TransformerConfig config, NativeBuffer<float> weights, PackedShard shard, TokenObjective objective, bool recomputes, double temperature = 1)
    {
        using var worker = new FusedTransformer<float, Fp32>(config, weights, shard.Tokens.Length, recomputes, temperature);
        var gradient = new float[weights.Count];
        return (worker.Differentiate(shard, objective, gradient), gradient);
    }

    private static (double Loss, float[] Gradient) Autograd(
        TransformerConfig config, NativeBuffer<float> weights, PackedShard shard, TokenObjective objective, bool recomputes, double temperature = 1)
    {
        using var flat = RandomPasses.Flat(weights);
        using var worker = new AutogradTransformer(config, ComputeDevice.Cpu, flat, recomputes, temperature);
        var gradient = new float[weights.Count];
        return (worker.Differentiate(shard, objective, gradient), gradient);
    }

    private static float[] LogProbabilities(FusedTransformer<float, Fp32> worker, PackedShard shard)
    {
        var found = new List<float>();
        worker.Evaluate(shard, (_, values, _) =>
        {
            found.AddRange(values);
            return 0;
        });
        return [.. found];
    }

    private static double Shifted(Span<float> span, float[] before, float[] direction, double step, Func<double> evaluate)
    {
        for (var i = 0; i < before.Length; i++)
        {
            span[i] = (float)(before[i] + (step * direction[i]));
        }

        var value = evaluate();
        before.CopyTo(span);
        return value;
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));
}
