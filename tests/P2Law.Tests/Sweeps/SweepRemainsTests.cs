using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Sparsity;
using LlmEfficiency.P2Law.Sweeps;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Sweeps;

public sealed class SweepRemainsTests : IDisposable
{
    private const string Cell = "tiny-2-4-s1";

    private static readonly string[] TwoFiles = ["calibration-128.jsonl", "calibration-512.jsonl"];

    private readonly SweepRig _rig = new();

    public SweepRemainsTests() => _rig.Settings = _rig.Settings with { Methods = [_rig.Settings.Methods[1]] };

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("criterion", "sparse.criterion")]
    [InlineData("pattern", "sparse.pattern")]
    [InlineData("samples", "calibration.samples")]
    [InlineData("texts", "calibration.data")]
    public void A_pruned_model_of_other_settings_is_not_trained(string what, string named)
    {
        _rig.Run("sweep");
        var table = _rig.Rows("sweep");
        Remove(Cell, "cell.json", "run");       // as a process leaves it that is killed after pruning
        AssertRefused(Changed(what), named, Path.Join("cells", Cell));
        Assert.Equal(2, _rig.Run("sweep").Done);
        Assert.Equal(table, _rig.Rows("sweep"));
    }

    [Theory]
    [InlineData("hidden size", "model.hidden_size")]
    [InlineData("layers", "model.layers")]
    [InlineData("tokens", "training.steps")]
    [InlineData("rate of the base", "training.learning_rate")]
    public void A_base_of_other_settings_is_not_pruned(string what, string named)
    {
        _rig.Run("sweep");
        var table = _rig.Rows("sweep");
        Directory.Delete(Path.Join(_rig.Folder("sweep"), "cells"), recursive: true);
        AssertRefused(Changed(what), named, Path.Join("bases", "tiny-s1"));
        Assert.Equal(2, _rig.Run("sweep").Done);
        Assert.Equal(table, _rig.Rows("sweep"));
    }

    [Fact]
    public void A_cell_of_a_base_that_was_taken_away_is_not_gone_on_with()
    {
        _rig.Run("sweep");
        Remove(Cell, "cell.json");
        Directory.Delete(Path.Join(_rig.Folder("sweep"), "bases", "tiny-s1"), recursive: true);
        AssertRefused(_rig.Settings, "not there any more", Path.Join("cells", Cell));
    }

    [Fact]
    public void Training_at_another_rate_and_another_given_base_are_not_taken_for_those_of_now()
    {
        _rig.Run("first");
        var model = Path.Join(_rig.Folder("first"), "bases", "tiny-s1", "model");
        var other = Path.Join(_rig.Folder("first"), "cells", "tiny-none-s1", "run", "model");
        _rig.Settings = Given(model, null);
        _rig.Run("sweep");
        var table = _rig.Rows("sweep");
        Remove("given-none-s1", "cell.json");   // as a process leaves it that is killed after training
        Remove("given-2-4-s1", "cell.json");
        AssertRefused(Given(model, 1e-2), "training.learning_rate", Path.Join("cells", "given-none-s1"));
        Remove("given-2-4-s1", "run");
        AssertRefused(Given(other, null), "model.from", Path.Join("cells", "given-none-s1"));
        Remove("given-none-s1", "run");
        AssertRefused(Given(other, null), "sizes.from", Path.Join("cells", "given-2-4-s1"));
        Assert.Equal(2, _rig.Run("sweep").Done);
        Assert.Equal(table, _rig.Rows("sweep"));

        SweepSettings Given(string from, double? rate) => _rig.Settings with
        {
            Sizes = [new SweepSize { Name = "given", From = from, LearningRate = rate }],
            Tokenizer = model,
        };
    }

    // Their cells did not tell the pruner, and one file of texts served all.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_folder_of_an_earlier_version_goes_on_and_its_table_tells_the_pruner(bool isDone)
    {
        _rig.Run("sweep");
        var table = _rig.Rows("sweep");
        var folder = _rig.Folder("sweep");
        File.Move(Path.Join(folder, "calibration-128.jsonl"), Path.Join(folder, "calibration.jsonl"));
        foreach (var path in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) is "cell.json" or "pruning.json"))
        {
            var lines = File.ReadAllLines(path).Where(line => !line.Contains("\"pruner\"", StringComparison.Ordinal));
            File.WriteAllText(path, string.Join('\n', lines).Replace("calibration-128.jsonl", "calibration.jsonl", StringComparison.Ordinal) + "\n");
        }

        File.Delete(Path.Join(folder, "sweep.csv"));
        if (!isDone)
        {
            Remove(Cell, "cell.json", "run");
        }

        Assert.Equal(2, _rig.Run("sweep").Done);
        Assert.Equal(table, _rig.Rows("sweep"));
        Assert.All(_rig.Column("sweep", "pruner"), row => Assert.Equal(row.Run == Cell ? "sparse" : "none", row.Value));
    }

    [Fact]
    public void A_sweep_that_is_done_writes_its_table_anew_and_nothing_else()
    {
        _rig.Run("sweep");
        var table = _rig.Rows("sweep");
        var folder = _rig.Folder("sweep");
        File.Delete(Path.Join(folder, "sweep.csv"));
        File.Delete(Path.Join(folder, "calibration-128.jsonl"));
        Directory.Delete(Path.Join(folder, "bases"), recursive: true);
        Assert.Equal(2, _rig.Run("sweep", stopAfter: 0).Done);      // no step is left to be stopped
        Assert.Equal(table, _rig.Rows("sweep"));
        Assert.False(Directory.Exists(Path.Join(folder, "bases")) || File.Exists(Path.Join(folder, "calibration-128.jsonl")));
    }

    [Fact]
    public void A_sweep_whose_folder_was_moved_goes_on()
    {
        _rig.Run("sweep");
        var table = _rig.Rows("sweep");
        Remove(Cell, "cell.json", "run");
        Directory.Move(_rig.Folder("sweep"), _rig.Folder("moved"));
        Assert.Equal(2, _rig.Run("moved").Done);
        Assert.Equal(table, _rig.Rows("moved"));
    }

    [Fact]
    public void A_method_that_is_added_and_looks_at_more_texts_finds_them()
    {
        _rig.Run("sweep");
        var path = Path.Join(_rig.Folder("sweep"), TwoFiles[0]);
        var texts = File.ReadAllText(path);
        var more = _rig.Settings.Methods[0] with
        {
            Name = "more",
            Pruning = _rig.Settings.Methods[0].Pruning with { Calibration = SweepRig.Calibration with { Samples = 16 } },
        };
        _rig.Settings = _rig.Settings with { Methods = [.. _rig.Settings.Methods, more] };
        var outcome = _rig.Run("sweep");
        Assert.Empty(outcome.Failures);
        Assert.Equal(3, outcome.Done);
        Assert.Equal(TwoFiles, Directory.GetFiles(_rig.Folder("sweep"), "calibration*").Select(path => Path.GetFileName(path)!).Order());
        Assert.Equal(texts, File.ReadAllText(path));
        Assert.StartsWith(texts, File.ReadAllText(Path.Join(_rig.Folder("sweep"), TwoFiles[1])), StringComparison.Ordinal);
    }

    // Cells on disk have it written in them: a setting that is added must not change what is there.
    [Fact]
    public void The_hash_of_settings_stays_what_it_was()
    {
        var settings = new SweepSettings
        {
            Sizes = [new SweepSize { Name = "a" }],
            Methods = [new SweepMethod { Name = "2:4", Pruning = new PruningSettings { Method = "sparse" } }],
        };
        string[] hashes = [.. SweepPlan.Cells(settings).Select(cell => SweepFolder.Hash(settings, cell)[..16])];
        Assert.Equal("8febb139d3c22cec 6d6bdd7c5403b128", string.Join(' ', hashes));
    }

    private SweepSettings Changed(string what)
    {
        var (size, method) = (_rig.Settings.Sizes[0], _rig.Settings.Methods[0]);
        var pruning = method.Pruning;
        return what switch
        {
            "criterion" => Pruned(pruning with { Sparse = new SparseSettings { Criterion = "magnitude" } }),
            "pattern" => Pruned(pruning with { Sparse = new SparseSettings { Pattern = "1:4" } }),
            "samples" => Pruned(pruning with { Calibration = SweepRig.Calibration with { Samples = 5 } }),
            "texts" => Pruned(pruning with { Calibration = SweepRig.Calibration with { Data = [_rig.Folder("texts.txt")] } }),
            "hidden size" => Sized(size with { HiddenSize = 32 }),
            "layers" => Sized(size with { Layers = 3 }),
            "tokens" => Sized(size with { Tokens = 3840 }),
            _ => Sized(size with { LearningRate = 1e-3 }),
        };

        SweepSettings Pruned(PruningSettings other) => _rig.Settings with { Methods = [method with { Pruning = other }] };
        SweepSettings Sized(SweepSize other) => _rig.Settings with { Sizes = [other] };
    }

    private void Remove(string cell, params string[] names)
    {
        foreach (var path in names.Select(name => Path.Join(_rig.Folder("sweep"), "cells", cell, name)))
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }
            else
            {
                Directory.Delete(path, recursive: true);
            }
        }
    }

    private void AssertRefused(SweepSettings settings, string named, string folder)
    {
        var before = _rig.Settings;
        _rig.Settings = settings;
        var problem = Assert.IsType<LlmEfficiencyException>(Record.Exception(() => _rig.Run("sweep")));
        Assert.Equal(ErrorKind.Configuration, problem.Kind);
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith(Path.Join(_rig.Folder("sweep"), folder), problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        _rig.Settings = before;
    }
}
