using LlmEfficiency.Crash;
using Xunit;

namespace LlmEfficiency.Core.Tests.Training;

/// <summary>The comparison of the kill run sees what it looks for.</summary>
public sealed class ReferenceRunTests : IDisposable
{
    private readonly RunRig _rig = new();
    private readonly ReferenceRun _reference;

    public ReferenceRunTests()
    {
        _reference = new ReferenceRun(new TrainingWorkload(), _rig.Folder("whole"));
        var settings = _rig.Settings;
        _rig.Settings = settings with { Checkpoints = settings.Checkpoints with { Keep = 1000 } };
        _rig.Start("whole");
        _rig.Settings = settings;
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void The_same_run_has_no_problem()
    {
        Assert.Equal((0, null), _reference.Compare(_rig.Folder("none")));
        _rig.Start("same");
        Assert.Equal((40, null), _reference.Compare(_rig.Folder("same")));
        Assert.Null(_reference.CompareEnd(_rig.Folder("same")));
    }

    [Fact]
    public void Another_run_is_seen()
    {
        _rig.Settings = _rig.Settings with { Training = _rig.Settings.Training with { Seed = 2 } };
        _rig.Start("other");
        Assert.Contains("is not that of the undisturbed run", _reference.Compare(_rig.Folder("other")).Problem, StringComparison.Ordinal);
        Assert.Contains("metrics.jsonl", _reference.CompareEnd(_rig.Folder("other")), StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_and_gaps_are_seen()
    {
        _rig.Start("run", stopAt: 10);
        Assert.Equal((10, null), _reference.Compare(_rig.Folder("run")));
        var metrics = Path.Join(_rig.Folder("run"), "metrics.jsonl");
        var lines = File.ReadAllText(metrics);
        File.WriteAllText(metrics, lines[..(lines.TrimEnd('\n').LastIndexOf('\n') + 1)]);
        Assert.Contains("lacks lines", _reference.Compare(_rig.Folder("run")).Problem, StringComparison.Ordinal);
        File.WriteAllText(metrics, lines.Replace("\"skipped\":0", "\"skipped\":1", StringComparison.Ordinal));
        Assert.Contains("is not the beginning", _reference.Compare(_rig.Folder("run")).Problem, StringComparison.Ordinal);
        File.WriteAllText(metrics, lines);
        File.AppendAllText(Path.Join(_rig.Folder("run"), "checkpoints", "step-00000010", "state.json"), " ");
        Assert.Contains("state.json", _reference.Compare(_rig.Folder("run")).Problem, StringComparison.Ordinal);

        _rig.Start("ended");
        File.AppendAllText(Path.Join(_rig.Folder("ended"), "model", "config.json"), " ");
        Assert.Contains("config.json", _reference.CompareEnd(_rig.Folder("ended")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_between_two_checkpoints_is_no_checkpoint_of_the_undisturbed_run()
    {
        _rig.Start("run", stopAt: 7);
        Assert.Contains("of step 7", _reference.Compare(_rig.Folder("run")).Problem, StringComparison.Ordinal);
    }
}
