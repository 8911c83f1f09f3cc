using CsCheck;
using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Backpropagation;

public sealed class DistillationTests
{
    private static readonly Gen<(TransformerConfig Student, TransformerConfig Teacher, PackedShard Shard, double Weight, double Temperature, int Seed)> Cases =
        from student in TinyModels.Configs
        from teacher in TinyModels.Configs
        from lengths in Gen.Int[1, 40].Array[1, 4]
        from weight in Gen.Double[0.1, 1]
        from temperature in Gen.Double[0.5, 4]
        from seed in Gen.Int[0, 10000]
        select (student, teacher, RandomPasses.Shard(lengths, student.VocabularySize, seed), weight, temperature, seed);

    [Fact]
    public void Loss_and_gradient_equal_those_of_autograd() => Cases.Sample(
        c =>
        {
            using var weights = RandomPasses.Weights(c.Student, c.Seed);
            using var teacher = RandomPasses.Weights(c.Teacher, c.Seed + 1);
            var objective = TokenObjectives.CrossEntropy(1.0 / Math.Max(1, c.Shard.TargetCount));
            using var fused = Fused(c.Student, weights, c.Teacher, teacher, c.Shard.Tokens.Length, c.Weight, c.Temperature);
            var (gradient, expected) = (new float[weights.Count], new float[weights.Count]);
            var loss = fused.Differentiate(c.Shard, objective, gradient);
            using var autograd = Autograd(c.Student, weights, c.Teacher, teacher, c.Weight, c.Temperature, recomputes: c.Seed % 3 == 0);
            var expectedLoss = autograd.Differentiate(c.Shard, objective, expected);
            Assert.Equal(expectedLoss, loss, 2e-4 * Math.Max(1, Math.Abs(expectedLoss)));
            RandomPasses.AssertClose(expected, gradient, 3e-4);
            Assert.Equal(autograd.Evaluate(c.Shard, objective), fused.Evaluate(c.Shard, objective), 1e-3); // without the teacher
        },
        iter: 40);

    [Theory]
    [InlineData(1, 2.5)]
    [InlineData(0.4, 1)]
    public void The_gradient_equals_finite_differences(double weight, double temperature)
    {
        var config = TinyModels.Qwen;
        using var weights = RandomPasses.Weights(config, 3);
        using var teacher = RandomPasses.Weights(TinyModels.Mistral, 4);
        var shard = RandomPasses.Shard([9, 1, 14], config.VocabularySize, 5);
        var objective = TokenObjectives.CrossEntropy(1);
        using var worker = Fused(config, weights, TinyModels.Mistral, teacher, 64, weight, temperature);
        var (gradient, unused) = (new float[weights.Count], new float[weights.Count]);
        worker.Differentiate(shard, objective, gradient);
        foreach (var place in ParameterLayout.Of(config).Places)
        {
            var direction = gradient.AsSpan((int)place.Offset, (int)place.Count).ToArray();
            var length = Math.Sqrt(direction.Sum(value => (double)value * value));
            var step = 2e-3 / length;
            var (up, down) = (Shifted(place, direction, step), Shifted(place, direction, -step));
            Assert.Equal(1, (up - down) / (2 * step) / (length * length), 0.02);
        }

        double Shifted(ParameterPlace place, float[] direction, double step)
        {
            var before = weights.Slice(place.Offset, place.Count).ToArray();
            for (var i = 0; i < before.Length; i++)
            {
                weights.Slice(place.Offset, place.Count)[i] = (float)(before[i] + (step * direction[i]));
            }

            var loss = worker.Differentiate(shard, objective, unused);
            before.CopyTo(weights.Slice(place.Offset, place.Count));
            return loss;
        }
    }

    [Fact]
    public void A_model_that_is_its_own_teacher_has_nothing_to_learn()
    {
        var config = TinyModels.Llama;
        using var weights = RandomPasses.Weights(config, 8);
        var shard = RandomPasses.Shard([30, 9], config.VocabularySize, 1);
        using var worker = Fused(config, weights, config, weights, 64, weight: 1, temperature: 3);
        var gradient = new float[weights.Count];
        Assert.Equal(0, worker.Differentiate(shard, TokenObjectives.CrossEntropy(1), gradient), 1e-4);
        Assert.All(gradient, slope => Assert.Equal(0, slope, 1e-4));
    }

    [Fact]
    public void The_weight_mixes_two_losses_in_a_line()
    {
        var config = TinyModels.Llama;
        using var weights = RandomPasses.Weights(config, 8);
        using var teacher = RandomPasses.Weights(config, 9);
        var shard = RandomPasses.Shard([30, 9], config.VocabularySize, 1);
        var objective = TokenObjectives.CrossEntropy(1.0 / shard.TargetCount);
        var (plain, whole) = (Loss(0), Loss(1));
        Assert.True(whole > 0.1);
        Assert.Equal((0.7 * plain) + (0.3 * whole), Loss(0.3), 1e-5);
        using var alone = new FusedTransformer<float, Fp32>(config, weights, 64, recomputes: false);
        Assert.Equal(alone.Evaluate(shard, objective), plain, 1e-12);

        double Loss(double weight)
        {
            using var worker = Fused(config, weights, config, teacher, 64, weight, 2);
            return worker.Differentiate(shard, objective, new float[weights.Count]);
        }
    }

    [Fact]
    public void A_vocabulary_of_several_stretches_gives_the_same_gradient()
    {
        var config = TinyModels.Llama with { VocabularySize = 40_000, LayerCount = 1 };
        using var weights = RandomPasses.Weights(config, 13);
        using var teacher = RandomPasses.Weights(config, 14);
        var shard = RandomPasses.Shard([330], config.VocabularySize, 3);
        var objective = TokenObjectives.CrossEntropy(1.0 / shard.TargetCount);
        var (gradient, expected) = (new float[weights.Count], new float[weights.Count]);
        using var fused = Fused(config, weights, config, teacher, 330, 0.5, 2);
        using var autograd = Autograd(config, weights, config, teacher, 0.5, 2, recomputes: false);
        Assert.Equal(autograd.Differentiate(shard, objective, expected), fused.Differentiate(shard, objective, gradient), 1e-3);
        RandomPasses.AssertClose(expected, gradient, 3e-4);
    }

    private static FusedTransformer<float, Fp32> Fused(
        TransformerConfig config, NativeBuffer<float> weights, TransformerConfig teacherConfig, NativeBuffer<float> teacher, int capacity,
        double weight, double temperature) =>
        new(config, weights, capacity, recomputes: false, temperature: 1, new FusedDistillation<float, Fp32>(
            FusedTransformer<float, Fp32>.Frozen(teacherConfig, teacher, capacity), weight, temperature));

    private static AutogradTransformer Autograd(
        TransformerConfig config, NativeBuffer<float> weights, TransformerConfig teacherConfig, NativeBuffer<float> teacher, double weight,
        double temperature, bool recomputes) =>
        new(config, ComputeDevice.Cpu, RandomPasses.Flat(weights), recomputes, 1, new AutogradDistillation(
            teacherConfig, ComputeDevice.Cpu, RandomPasses.Flat(teacher), weight, temperature));
}
