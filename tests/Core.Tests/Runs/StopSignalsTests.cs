using System.Diagnostics;
using System.Runtime.InteropServices;
using LlmEfficiency.Core.Runs;
using Xunit;

namespace LlmEfficiency.Core.Tests.Runs;

public sealed partial class StopSignalsTests
{
    [Fact]
    public void Only_a_second_Ctrl_C_ends_the_process()
    {
        using var signals = StopSignals.Listen();
        Assert.Null(signals.Requested);
        Assert.True(signals.Take(StopReason.Interrupt));
        Assert.Equal(StopReason.Interrupt, signals.Requested);
        Assert.True(signals.Take(StopReason.Terminate));
        Assert.True(signals.Take(StopReason.Preempt));
        Assert.False(signals.Take(StopReason.Interrupt));
        Assert.Equal(StopReason.Interrupt, signals.Requested);
    }

    [Fact]
    public void A_run_that_is_preempted_ends_well() =>
        Assert.Equal(
            [130, 130, 0],
            new[] { StopReason.Interrupt, StopReason.Terminate, StopReason.Preempt }.Select(StopSignals.ExitCode));

    [Fact]
    public async Task A_real_SIGUSR1_asks_for_a_stop_and_the_process_lives()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGUSR1");
        using var signals = StopSignals.Listen();
        Assert.Equal(0, Kill(Environment.ProcessId, OperatingSystem.IsMacOS() ? 30 : 10));
        for (var since = Stopwatch.StartNew(); signals.Requested is null && since.Elapsed < TimeSpan.FromSeconds(30);)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(StopReason.Preempt, signals.Requested);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
