using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Training;
using Xunit;

namespace LlmEfficiency.Core.Tests.Training;

public sealed class NonFiniteTests
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Norm = "model.norm.weight";
    private const string Value = "model.layers.1.self_attn.v_proj.weight";

    private static readonly OptimizationSettings Skipping = TrainerRig.Quick with { NonFinite = NonFinitePolicy.Skip, MaxSkips = 3 };

    [Theory]
    [InlineData(Norm, float.PositiveInfinity, "fp32")]
    [InlineData(Norm, float.NaN, "bf16")]
    [InlineData(Value, float.NegativeInfinity, "fp32")]
    [InlineData(Value, float.NaN, "fp32")]
    [InlineData(Value, float.NaN, "bf16")]
    public void A_step_that_is_no_number_ends_the_run_with_the_parameters_as_they_were(string name, float poison, string precision)
    {
        using var rig = new TrainerRig(TrainerRig.Quick with { Precision = precision }, threads: 2);
        var last = rig.Run(3)[^1];
        rig.Poke(name, poison);
        var (before, state) = (rig.Snapshot(), rig.Trainer.State);
        var problem = Assert.Throws<LlmEfficiencyException>(rig.Trainer.Step);
        Assert.Equal(ErrorKind.Numerics, problem.Kind);
        Assert.StartsWith("step 4: ", problem.Message);
        Assert.Contains($"on samples {last.NextSample} to ", problem.Message, StringComparison.Ordinal);
        Assert.Equal(before, rig.Snapshot());
        Assert.Equal(state, rig.Trainer.State);
    }

    [Fact]
    public void An_infinite_vector_of_a_token_shows_only_where_the_token_does()
    {
        using var rig = new TrainerRig(TrainerRig.Quick, config: TrainerRig.Config with { TiesEmbeddings = false });
        rig.Poke(Embedding, float.PositiveInfinity); // byte zero is in no text
        Assert.All(rig.Run(3), report => Assert.False(report.IsSkipped));
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void A_skipped_step_leaves_nothing_behind(string precision)
    {
        using var undisturbed = new TrainerRig(Skipping with { Precision = precision });
        using var rig = new TrainerRig(Skipping with { Precision = precision });
        undisturbed.Run(3);
        rig.Run(3);
        var before = rig.Poke(Value, float.NaN);
        var report = rig.Run(1)[0];
        Assert.True(report.IsSkipped);
        rig.Poke(Value, before);
        Assert.Equal((4, 3, 1), (rig.Trainer.State.Step, rig.Trainer.State.Updates, rig.Trainer.State.SkipsInRow));

        // The other one goes over the same samples.
        undisturbed.Trainer.State = rig.Trainer.State;
        Assert.Equal(undisturbed.Run(4), rig.Run(4));
        Assert.Equal(undisturbed.Snapshot(), rig.Snapshot());
        Assert.Equal(0, rig.Trainer.State.SkipsInRow);
    }

    [Fact]
    public void Too_many_skips_in_a_row_end_the_run()
    {
        using var rig = new TrainerRig(Skipping);
        rig.Poke(Norm, float.NaN);
        var before = rig.Snapshot();
        Assert.All(rig.Run(3), report => Assert.True(report.IsSkipped));
        var problem = Assert.Throws<LlmEfficiencyException>(rig.Trainer.Step);
        Assert.Equal(ErrorKind.Numerics, problem.Kind);
        Assert.StartsWith("step 4: ", problem.Message);
        Assert.Equal(before, rig.Snapshot());
    }
}
