using LlmEfficiency.Crash;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Training;

/// <summary>A small slice of the kill run; <c>dotnet run --project tests/Crash -c Release -- --kills 50</c> runs it in full.</summary>
public sealed class KillTests
{
    private const int Terminate = 15;

    private static readonly int Preempt = OperatingSystem.IsMacOS() ? 30 : 10;

    [Fact]
    public void Killed_runs_go_on_to_the_bytes_of_an_undisturbed_one()
    {
        using var work = new TemporaryFolder();
        var lines = new List<string>();
        var (passed, failed) = new KillRun(new TrainingWorkload(), work.FullPath, seed: 3, lines.Add).Run(kills: 3);
        Assert.True(failed == 0, string.Join('\n', lines));
        Assert.InRange(passed, 4, 12);
    }

    [Fact]
    public void A_signal_saves_the_step_and_the_run_goes_on_from_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        using var rig = new RunRig();
        rig.Settings = rig.Settings with { Training = rig.Settings.Training with { Steps = 3000 }, Checkpoints = new() { Every = 0 } };
        var settings = rig.Folder("settings.json");
        TinyTraining.Write(settings, rig.Settings);
        foreach (var (signal, code) in new[] { (Terminate, 130), (Preempt, 0) })
        {
            using var process = new TrainingProcess(new TrainingWorkload(), settings, rig.Folder("run"), threads: 2);
            var from = process.NextStep();
            Assert.Equal(rig.Checkpoints("run").DefaultIfEmpty().Max(), from);
            Assert.True(process.Reach(from!.Value + 3));
            process.Send(signal);
            Assert.Equal((code, ""), process.End());
            Assert.InRange(rig.Checkpoints("run")[^1], from.Value + 3, 2999);
        }
    }
}
