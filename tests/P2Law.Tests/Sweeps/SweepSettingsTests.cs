using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.P2Law.Sweeps;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Sweeps;

public sealed class SweepSettingsTests : IDisposable
{
    private static readonly string[] Methods = ["none", "depth-0.2", "depth-0.4", "2-4"];

    private readonly SweepRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Cells_are_sizes_seeds_methods_and_rates_with_a_control_each()
    {
        var settings = _rig.Settings with
        {
            Seeds = [1, 2],
            Sizes = [_rig.Settings.Sizes[0], new SweepSize { Name = "b", Seeds = [7] }],
        };
        settings.Validate();
        Assert.Equal(["tiny-s1", "tiny-s2", "b-s7"], SweepPlan.Bases(settings).Select(one => one.Name));
        (string Size, int Seed)[] bases = [("tiny", 1), ("tiny", 2), ("b", 7)];
        string[] expected = [.. bases.SelectMany(one => Methods.Select(method => $"{one.Size}-{method}-s{one.Seed}"))];
        Assert.Equal(expected, SweepPlan.Cells(settings).Select(cell => cell.Name));
    }

    [Fact]
    public void Post_training_goes_on_with_the_rate_that_the_base_ended_with()
    {
        var settings = _rig.Settings with
        {
            Training = _rig.Settings.Training with { TokensPerStep = 100, LearningRate = 1e-2, FinalShare = 0.2, WeightDecay = 0.03 },
            PostTraining = _rig.Settings.PostTraining with { Tokens = 20_000, WarmupShare = 0.1, Evaluations = 5 },
        };
        foreach (var cell in SweepPlan.Cells(settings))
        {
            var before = SweepRecipe.OfBase(settings, cell.Base, "tokenizer").Training;
            var run = SweepRecipe.OfCell(settings, cell, "model", "teacher");
            var ended = before.LearningRate * LearningRateSchedule.Share(
                before.Schedule, before.Steps - 1, before.Steps, before.WarmupSteps, before.DecaySteps, before.FinalShare);
            Assert.Equal(ended, run.Training.LearningRate, 1e-12);
            Assert.Equal((200, 20, ScheduleKind.Constant), (run.Training.Steps, run.Training.WarmupSteps, run.Training.Schedule));
            Assert.Equal((0.03, "model"), (run.Training.WeightDecay, run.Model.From));
            Assert.Equal(cell.MethodName == "2:4", run.Training.PreserveSparsity);
            var marks = run.Evaluation.LogSpaced!.Marks().ToArray();
            Assert.Equal((4000, 20_000, 5), (marks[0], marks[^1], marks.Length));
            Assert.True(run.Evaluation.AtStart);
            Assert.NotEqual(SweepRecipe.OfBase(settings, cell.Base, "tokenizer").Data.Seed, run.Data.Seed);
        }
    }

    [Theory]
    [InlineData("rate of two", "methods")]
    [InlineData("name taken", "methods")]
    [InlineData("name of the control", "methods")]
    [InlineData("same folder", "no two cells of one name")]
    [InlineData("path as a name", "sizes")]
    [InlineData("odd head", "heads")]
    [InlineData("no size", "sizes")]
    [InlineData("nothing held out", "held out")]
    [InlineData("few steps", "post_training.tokens")]
    [InlineData("other kind", "kind")]
    public void What_cannot_work_is_told_in_a_line(string what, string said)
    {
        var settings = _rig.Settings;
        var method = settings.Methods[0];
        settings = what switch
        {
            "rate of two" => settings with { Methods = [method with { Rates = [2] }] },
            "name taken" => settings with { Methods = [method, method] },
            "name of the control" => settings with { Methods = [method with { Name = "none" }] },
            "same folder" => settings with { Methods = [method with { Name = "a:b" }, method with { Name = "a-b" }] },
            "path as a name" => settings with { Sizes = [settings.Sizes[0] with { Name = "../x" }] },
            "odd head" => settings with { Sizes = [settings.Sizes[0] with { HiddenSize = 18, Heads = 6 }] },
            "no size" => settings with { Sizes = [] },
            "nothing held out" => settings with { Data = settings.Data with { ValidationFraction = 0 } },
            "few steps" => settings with { PostTraining = settings.PostTraining with { Tokens = 200 } },
            _ => settings with { Kind = "train" },
        };
        var problem = Assert.IsType<LlmEfficiencyException>(Record.Exception(settings.Validate));
        Assert.Equal(ErrorKind.Configuration, problem.Kind);
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void Each_setting_that_decides_about_a_cell_changes_its_hash_and_no_other_does()
    {
        var settings = _rig.Settings;
        var cell = SweepPlan.Cells(settings).ElementAt(1);
        var hash = SweepFolder.Hash(settings, cell);
        Assert.Equal(hash, SweepFolder.Hash(settings with { Description = "x", Methods = [], Seeds = [9], Checkpoints = new() }, cell));
        Assert.NotEqual(hash, SweepFolder.Hash(settings with { BaseTokens = 5000 }, cell));
        Assert.NotEqual(hash, SweepFolder.Hash(settings with { Data = settings.Data with { SequenceLength = 47 } }, cell));
        Assert.NotEqual(hash, SweepFolder.Hash(settings, cell with { Rate = 0.3 }));
        Assert.NotEqual(hash, SweepFolder.Hash(settings, cell with { Base = cell.Base with { Seed = 2 } }));
    }
}
