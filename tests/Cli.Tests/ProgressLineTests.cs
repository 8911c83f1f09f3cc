using LlmEfficiency.Cli.Rendering;
using Xunit;

namespace LlmEfficiency.Cli.Tests;

public sealed class ProgressLineTests
{
    [Fact]
    public void A_log_gets_a_line_now_and_then_and_none_for_what_is_short()
    {
        var clock = new ManualClock();
        using var error = new StringWriter();
        var line = new ProgressLine(error, isTerminal: false, clock);
        for (var second = 1; second <= 31; second++)
        {
            clock.Pass(1);
            line.Show($"second {second}");
        }

        line.Clear();
        Assert.Equal($"second 15{Environment.NewLine}second 30{Environment.NewLine}", error.ToString());
    }

    [Fact]
    public void A_terminal_gets_one_line_that_gives_way_to_what_stays()
    {
        var clock = new ManualClock();
        using var error = new StringWriter();
        var line = new ProgressLine(error, isTerminal: true, clock);
        clock.Pass(1);
        line.Show("half");
        line.Say("a word");
        Assert.Equal($"\rhalf\r    \ra word{Environment.NewLine}", error.ToString());
    }
}
