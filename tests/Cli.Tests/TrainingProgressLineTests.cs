using LlmEfficiency.Cli.Rendering;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class TrainingProgressLineTests
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_log_gets_the_first_step_the_last_and_one_line_a_while()
    {
        var clock = new ManualClock();
        using var error = new StringWriter();
        var progress = new TrainingProgressLine(error, isTerminal: false, clock, Pace);
        for (var step = 1; step <= 100; step++)
        {
            clock.Pass(1);
            progress.Show(step, 100, 2.5, step * 1000);
        }

        var lines = error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("step 1/100, loss 2.5000, 1000 tokens/s, 1:39 left", lines[0]);
        Assert.Equal("step 11/100, loss 2.5000, 1000 tokens/s, 1:29 left", lines[1]);
        Assert.Equal("step 100/100, loss 2.5000, 1000 tokens/s, in 1:40", lines[^1]);
        Assert.Equal(11, lines.Length);
    }

    [Fact]
    public void A_run_that_is_gone_on_with_counts_only_its_own_steps()
    {
        var clock = new ManualClock();
        using var error = new StringWriter();
        var progress = new TrainingProgressLine(error, isTerminal: false, clock, Pace, from: 900);
        clock.Pass(3600);
        progress.Show(910, 1000, double.NaN, 36_000);
        Assert.Equal("step 910/1000, loss NaN, 10 tokens/s, 9:00:00 left", error.ToString().TrimEnd());
    }

    [Fact]
    public void A_terminal_gets_one_line_that_is_rewritten_and_the_last_step_stays()
    {
        var clock = new ManualClock();
        using var error = new StringWriter();
        var progress = new TrainingProgressLine(error, isTerminal: true, clock, Pace);
        clock.Pass(1);
        progress.Show(1, 2, 1, 10);
        clock.Pass(1);
        progress.Show(2, 2, 0.5, 20);
        Assert.StartsWith("\rstep 1/2, loss 1.0000, 10 tokens/s, 0:01 left\r", error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"\rstep 2/2, loss 0.5000, 10 tokens/s, in 0:02{Environment.NewLine}", error.ToString(), StringComparison.Ordinal);
    }
}
