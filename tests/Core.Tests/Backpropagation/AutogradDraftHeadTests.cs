using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Backpropagation;

public sealed class AutogradDraftHeadTests
{
    private static readonly DraftHeadConfig Config = DraftHeadConfig.For(TinyModels.Llama);

    [Fact]
    public void Pairs_stay_in_their_document_and_are_judged_by_the_token_two_behind()
    {
        var shard = new PackedShard([1, 2, 3, 4, 5, 6, 7, 8], [false, true, false, true, true, true, false, true], [4, 1, 3], [0, 1, 2]);
        var pairs = HeadPairs.Of(shard);
        Assert.Equal([0, 1, 5], pairs.Places);
        Assert.Equal([0, 1, 0], pairs.Positions);
        Assert.Equal([0, 0, 2], pairs.Documents);
        Assert.Equal([1, 2], pairs.Judged);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0.1)]
    public void The_gradient_is_the_slope_of_the_loss(double regression, double classification)
    {
        using var scope = NewDisposeScope();
        using var target = TinyModels.Build(TinyModels.Llama);
        var layout = new ParameterLayout(DraftHeadShapes.Of(Config));
        var flat = randn(layout.Length, generator: new Generator(5)).mul(0.2);
        using var worker = new AutogradDraftHead(
            Config, target, layout, (name, _) => layout[name].Of(flat), new DraftHeadObjective(regression, classification, 0, 1));
        var shard = RandomPasses.Shard([9, 2, 6], TinyModels.Llama.VocabularySize, 3);
        var objective = TokenObjectives.CrossEntropy(1.0 / shard.TargetCount);
        var gradient = new float[layout.Length];
        var loss = worker.Differentiate(shard, objective, gradient);
        Assert.Equal(loss, worker.Evaluate(shard, objective), 1e-6);
        Assert.True(loss > 0);
        using var quiet = no_grad();
        foreach (var place in layout.Places)
        {
            var direction = zeros(layout.Length);
            var part = randn(place.Count, generator: new Generator((ulong)place.Offset + 1));
            direction.narrow(0, place.Offset, place.Count).copy_(part.div(part.norm()));
            var slope = direction.dot(tensor(gradient)).item<float>();
            const float Step = 1e-2f;
            flat.add_(direction * Step);
            var above = worker.Evaluate(shard, objective);
            flat.sub_(direction * (2 * Step));
            var below = worker.Evaluate(shard, objective);
            flat.add_(direction * Step);
            Assert.Equal(slope, (above - below) / (2 * Step), (0.02 * Math.Abs(slope)) + 2e-4);
        }
    }

    [Fact]
    public void Noise_depends_on_the_sample_alone()
    {
        using var scope = NewDisposeScope();
        using var target = TinyModels.Build(TinyModels.Llama);
        var layout = new ParameterLayout(DraftHeadShapes.Of(Config));
        var flat = randn(layout.Length, generator: new Generator(5)).mul(0.2);
        using var worker = new AutogradDraftHead(Config, target, layout, (name, _) => layout[name].Of(flat), new DraftHeadObjective(1, 0.1, 0.2, 1));
        var shard = RandomPasses.Shard([9, 7], TinyModels.Llama.VocabularySize, 3);
        var gradient = new float[layout.Length];
        double Loss(long sample) => worker.Differentiate(shard with { Samples = [sample, sample + 1] }, TokenObjectives.CrossEntropy(0.1), gradient);
        Assert.Equal(Loss(4), Loss(4));
        Assert.NotEqual(Loss(4), Loss(5));
    }
}
