using System.Globalization;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Sweeps;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests.Sweeps;

public sealed class SweepRunTests : IDisposable
{
    private readonly SweepRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_sweep_ends_in_a_curve_for_each_cell_and_the_same_one_however_it_was_interrupted()
    {
        var outcome = _rig.Run("whole");
        Assert.Equal((4, 4, 16), (outcome.Done, outcome.Total, outcome.Rows));
        Assert.Empty(outcome.Failures);
        AssertCurves();
        AssertSparse();

        var runs = 0;
        while (_rig.Run("parts", stopAfter: 9 + (5 * runs), workers: 1 + (runs % 2)).Done < 4)
        {
            Assert.True(++runs < 60);
        }

        Assert.True(runs > 3);
        Assert.Equal(_rig.Rows("whole"), _rig.Rows("parts"));
        foreach (var cell in new[] { "tiny-none-s1", "tiny-depth-0.2-s1", "tiny-2-4-s1" })
        {
            var path = Path.Join("cells", cell, "run", "model", "model.safetensors");
            Assert.Equal(File.ReadAllBytes(Path.Join(_rig.Folder("whole"), path)), File.ReadAllBytes(Path.Join(_rig.Folder("parts"), path)));
        }
    }

    [Fact]
    public void What_is_done_is_not_done_again_and_a_further_method_is_added()
    {
        _rig.Settings = _rig.Settings with { Methods = [_rig.Settings.Methods[0] with { Rates = [0.2] }] };
        _rig.Run("sweep");
        var files = Directory.GetFiles(_rig.Folder("sweep"), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is "model.safetensors" or "cell.json" or "metrics.jsonl")
            .ToDictionary(path => path, File.GetLastWriteTimeUtc);
        var width = new SweepMethod { Name = "width", Rates = [0.25], Pruning = new PruningSettings { Method = "width", Calibration = SweepRig.Calibration } };
        _rig.Settings = _rig.Settings with { Methods = [.. _rig.Settings.Methods, width], Description = "one more" };
        var outcome = _rig.Run("sweep");
        Assert.Equal((3, 12), (outcome.Done, outcome.Rows));
        Assert.All(files, pair => Assert.Equal(pair.Value, File.GetLastWriteTimeUtc(pair.Key)));
        var rates = _rig.Column("sweep", "rho").Where(row => row.Run == "tiny-width-0.25-s1").Select(row => double.Parse(row.Value, CultureInfo.InvariantCulture));
        Assert.All(rates, rate => Assert.Equal(0.25, rate, 1e-9));
    }

    [Fact]
    public void A_base_that_is_there_is_taken_and_its_tokens_are_unknown()
    {
        _rig.Run("first", stopAfter: 60); // at least the base
        var model = Path.Join(_rig.Folder("first"), "bases", "tiny-s1", "model");
        _rig.Settings = _rig.Settings with
        {
            Sizes = [new SweepSize { Name = "given", From = model }],
            Tokenizer = model,
            Methods = [_rig.Settings.Methods[1]],
        };
        var outcome = _rig.Run("second");
        Assert.Equal((2, 8), (outcome.Done, outcome.Rows));
        Assert.False(Directory.Exists(Path.Join(_rig.Folder("second"), "bases")));
        Assert.All(_rig.Column("second", "base_tokens"), row => Assert.Equal("", row.Value));
    }

    [Fact]
    public void Other_settings_of_the_training_are_refused_and_so_are_those_of_a_cell_that_is_done()
    {
        _rig.Settings = _rig.Settings with { Methods = [_rig.Settings.Methods[1]] };
        _rig.Run("sweep");
        var before = File.ReadAllText(Path.Join(_rig.Folder("sweep"), "sweep.csv"));
        var settings = _rig.Settings;
        _rig.Settings = settings with { PostTraining = settings.PostTraining with { Tokens = 2304 } };
        Assert.Contains("settings.post_training.tokens", Refused(ErrorKind.Configuration).Message, StringComparison.Ordinal);
        var wanda = settings.Methods[0].Pruning.Sparse;
        _rig.Settings = settings with
        {
            Methods = [settings.Methods[0] with { Pruning = settings.Methods[0].Pruning with { Sparse = wanda with { Criterion = "magnitude" } } }],
        };
        Assert.Contains("other settings", Refused(ErrorKind.Configuration).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Join(_rig.Folder("sweep"), "sweep.csv")));
        _rig.Settings = settings;
        Assert.Equal(2, _rig.Run("sweep").Done);

        LlmEfficiencyException Refused(ErrorKind kind)
        {
            var problem = Assert.IsType<LlmEfficiencyException>(Record.Exception(() => _rig.Run("sweep")));
            Assert.Equal(kind, problem.Kind);
            return problem;
        }
    }

    [Fact]
    public void A_cell_that_fails_leaves_the_others_and_its_reason()
    {
        var impossible = new SweepMethod
        {
            Name = "too-many",
            Pruning = new PruningSettings { Calibration = SweepRig.Calibration, Depth = new() { Layers = 40 } },
        };
        _rig.Settings = _rig.Settings with { Methods = [impossible, _rig.Settings.Methods[1]] };
        var outcome = _rig.Run("sweep", workers: 2);
        Assert.Equal((2, 3, 8), (outcome.Done, outcome.Total, outcome.Rows));
        var (name, problem) = Assert.Single(outcome.Failures);
        Assert.Equal("tiny-too-many-s1", name);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void Distillation_from_the_base_gives_other_losses_and_the_same_start()
    {
        _rig.Settings = _rig.Settings with { Methods = [_rig.Settings.Methods[0] with { Rates = [0.4] }] };
        _rig.Run("plain");
        _rig.Settings = _rig.Settings with { PostTraining = _rig.Settings.PostTraining with { DistillationWeight = 0.7 } };
        _rig.Run("distilled");
        Assert.Equal(_rig.Column("plain", "loss_pruned"), _rig.Column("distilled", "loss_pruned"));
        Assert.All(_rig.Column("plain", "loss").Zip(_rig.Column("distilled", "loss")), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    private void AssertCurves()
    {
        var tokens = _rig.Column("whole", "d").GroupBy(row => row.Run).ToDictionary(
            run => run.Key, run => run.Select(row => long.Parse(row.Value, CultureInfo.InvariantCulture)).ToArray());
        Assert.Equal(["tiny-none-s1", "tiny-depth-0.2-s1", "tiny-depth-0.4-s1", "tiny-2-4-s1"], tokens.Keys);
        Assert.All(tokens.Values, curve =>
        {
            Assert.True(curve[0] >= 96); // from twice the warm-up of one step on, less what does not fill a step
            Assert.Equal(curve.Order(), curve);
        });
        var control = double.Parse(_rig.Column("whole", "l0")[0].Value, CultureInfo.InvariantCulture);
        Assert.All(_rig.Column("whole", "l0"), row => Assert.Equal(control, double.Parse(row.Value, CultureInfo.InvariantCulture)));
        var last = Core.Runs.MetricLog.Read(Path.Join(_rig.Folder("whole"), "bases", "tiny-s1", "metrics.jsonl"))
            .Last(row => row.Values.ContainsKey("validation_loss"));
        Assert.Equal(last.Values["validation_loss"], control, 1e-9); // L0 is the loss that the base ended with
        Assert.All(_rig.Column("whole", "learning_rate"), row => Assert.Equal("0.00030000000000000003", row.Value));
    }

    private void AssertSparse()
    {
        using var scope = NewDisposeScope();
        using var file = CheckpointFolder.OpenWeights(Path.Join(_rig.Folder("whole"), "cells", "tiny-2-4-s1", "run", "model"));
        foreach (var name in file.Entries.Keys.Where(name => name.EndsWith("_proj.weight", StringComparison.Ordinal)))
        {
            var zeros = file.Read(name).reshape(-1, 4).eq(0).sum(1);
            Assert.Equal(2, zeros.min().item<long>());
            Assert.Equal(2, zeros.max().item<long>());
        }
    }
}
