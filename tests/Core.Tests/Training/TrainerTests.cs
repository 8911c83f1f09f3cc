using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Training;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Training;

public sealed class TrainerTests
{
    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void The_first_loss_is_that_of_a_guess_among_the_vocabulary(string precision)
    {
        using var rig = new TrainerRig(TrainerRig.Quick with { Precision = precision });
        var guess = Math.Log(TrainerRig.Vocabulary);
        Assert.InRange(rig.Run(1)[0].Loss, 0.98 * guess, 1.02 * guess);
    }

    [Fact]
    public void One_batch_is_learned_by_heart()
    {
        // All four texts, which begin with different letters, in every step.
        var settings = new OptimizationSettings
        {
            Steps = 150,
            TokensPerStep = 64,
            VirtualShards = 2,
            LearningRate = 0.02,
            WarmupSteps = 10,
            WeightDecay = 0,
        };
        string[] texts = ["abcdefghijklmno", "bdfhjlnprtvxzac", "cccddaaeebbffgg", "dcbazyxwvutsrqp"];
        using var rig = new TrainerRig(settings, texts: texts);
        var reports = rig.Run(150);
        Assert.All(reports, report => Assert.Equal(4, report.NextSample - report.FirstSample));
        Assert.InRange(reports[^1].Loss, 0, 0.01);
    }

    [Theory]
    [InlineData("fp32", false)]
    [InlineData("fp32", true)]
    [InlineData("bf16", false)]
    [InlineData("bf16", true)]
    public void Ten_steps_give_the_same_bits_with_any_number_of_threads_and_with_checkpointing(string precision, bool recomputes)
    {
        using var first = new TrainerRig(TrainerRig.Quick with { Precision = precision });
        var (reports, expected) = (first.Run(10), first.Snapshot());
        foreach (var threads in new[] { 1, 2, 3, 5 })
        {
            using var rig = new TrainerRig(TrainerRig.Quick with { Precision = precision, ActivationCheckpointing = recomputes }, threads);
            Assert.Equal(reports, rig.Run(10));
            Assert.Equal(expected, rig.Snapshot());
        }
    }

    [Fact]
    public void Training_lowers_the_loss_of_the_same_documents()
    {
        using var rig = new TrainerRig(TrainerRig.Quick with { Steps = 40 });
        var shards = new BatchSource(rig.Stream, 5, 32).Read(0).Shards;
        var before = rig.Trainer.Evaluate(shards);
        Assert.Equal(before, rig.Run(1)[0].Loss, 1e-9); // the first step's batch, before it learns
        rig.Run(39);
        Assert.InRange(rig.Trainer.Evaluate(shards), 0, 0.8 * before);
    }

    [Fact]
    public void Batches_follow_one_another_without_gap_or_repetition()
    {
        using var rig = new TrainerRig(TrainerRig.Quick);
        var reports = rig.Run(10);
        Assert.Equal(0, reports[0].FirstSample);
        Assert.Equal(reports.Skip(1).Select(report => report.FirstSample), reports.SkipLast(1).Select(report => report.NextSample));
        Assert.Equal(Enumerable.Range(1, 10).Select(step => (long)step), reports.Select(report => report.Step));
        Assert.Equal(reports.Sum(report => report.Tokens), rig.Trainer.State.Tokens);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public unsafe void Passes_by_automatic_differentiation_train_to_the_same_weights(bool recomputes)
    {
        var settings = TrainerRig.Quick with { Epsilon = 1e-3 }; // else a slope near zero decides by its sign
        using var fused = new TrainerRig(settings);
        using var plain = new TrainerRig(settings);
        using var flat = TorchInterop.FromMemory(
            (IntPtr)plain.Model.State.Weights.Pointer, [plain.Model.State.Layout.Length], ScalarType.Float32);
        using var threads = new WorkerThreads(2);
        using var team = new GradientTeam<PackedShard>(
            threads, () => new AutogradTransformer(TrainerRig.Config, ComputeDevice.Cpu, flat, recomputes), plain.Weights.Length);
        var update = new ParameterUpdate(threads, plain.Model.State);
        var batches = new BatchSource(plain.Stream, settings.VirtualShards, settings.TokensPerShard);
        foreach (var report in fused.Run(5))
        {
            var batch = batches.Read(report.FirstSample);
            var objective = TokenObjectives.CrossEntropy(1.0 / report.Targets);
            var (loss, gradient) = team.Differentiate(batch.Shards, _ => objective);
            var norm = update.Norm(gradient);
            Assert.Equal(loss, report.Loss, 1e-4);
            Assert.Equal(norm, report.GradientNorm, 1e-3 * norm);
            update.Apply(
                gradient,
                new AdamWStep(
                    report.Step, report.LearningRate, settings.Beta1, settings.Beta2, settings.Epsilon, settings.WeightDecay,
                    GradientNorm.ClipFactor(norm, settings.ClipNorm)),
                (_, _) => { });
            team.Return(gradient);
        }

        var (expected, found) = (plain.Snapshot()[0], fused.Snapshot()[0]);
        for (var at = 0; at < expected.Length; at++)
        {
            Assert.Equal(expected[at], found[at], 2e-5);
        }
    }

    [Fact]
    public unsafe void Gaps_between_parameters_have_no_gradient_whatever_lay_in_the_buffer()
    {
        var config = TrainerRig.Config with { HiddenSize = 13 };
        using var rig = new TrainerRig(TrainerRig.Quick, config: config);
        using var flat = TorchInterop.FromMemory(
            (IntPtr)rig.Model.State.Weights.Pointer, [rig.Model.State.Layout.Length], ScalarType.Float32);
        using var autograd = new AutogradTransformer(config, ComputeDevice.Cpu, flat, recomputes: false);
        using var fused = rig.Model.MakeWorker(32, recomputes: false);
        var shard = new BatchSource(rig.Stream, 5, 32).Read(0).Shards[0];
        var isUsed = new bool[rig.Weights.Length];
        foreach (var place in rig.Model.State.Layout.Places)
        {
            isUsed.AsSpan((int)place.Offset, (int)place.Count).Fill(true);
        }

        Assert.Contains(false, isUsed);
        foreach (var worker in new[] { autograd, fused })
        {
            var gradient = Enumerable.Repeat(float.NaN, isUsed.Length).ToArray();
            worker.Differentiate(shard, TokenObjectives.CrossEntropy(1), gradient);
            Assert.All(gradient.Zip(isUsed), pair => Assert.True(pair.Second ? float.IsFinite(pair.First) : pair.First == 0));
        }
    }
}
