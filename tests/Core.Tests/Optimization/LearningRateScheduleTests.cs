using CsCheck;
using LlmEfficiency.Core.Optimization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    private static readonly Gen<(ScheduleKind Kind, int Steps, int Warmup, int Decay, double Final)> Cases =
        Gen.Select(Gen.Enum<ScheduleKind>(), Gen.Int[1, 60], Gen.Int[0, 30], Gen.Int[0, 40], Gen.Double[0, 1]);

    [Theory]
    [InlineData(ScheduleKind.Cosine, 0, 0.2)]
    [InlineData(ScheduleKind.Cosine, 3, 0.8)]
    [InlineData(ScheduleKind.Cosine, 4, 1)]
    [InlineData(ScheduleKind.Cosine, 12, 0.55)]
    [InlineData(ScheduleKind.Cosine, 20, 0.1)]
    [InlineData(ScheduleKind.Cosine, 21, 0.1)]
    [InlineData(ScheduleKind.Linear, 4, 1)]
    [InlineData(ScheduleKind.Linear, 8, 0.775)]
    [InlineData(ScheduleKind.Linear, 20, 0.1)]
    [InlineData(ScheduleKind.Wsd, 4, 1)]
    [InlineData(ScheduleKind.Wsd, 15, 1)]
    [InlineData(ScheduleKind.Wsd, 18, 0.46)]
    [InlineData(ScheduleKind.Wsd, 20, 0.1)]
    [InlineData(ScheduleKind.Constant, 3, 0.8)]
    [InlineData(ScheduleKind.Constant, 4, 1)]
    [InlineData(ScheduleKind.Constant, 20, 1)]
    public void A_run_of_21_steps_has_these_rates(ScheduleKind kind, long step, double share) =>
        Assert.Equal(share, LearningRateSchedule.Share(kind, step, steps: 21, warmupSteps: 4, decaySteps: 6, finalShare: 0.1), 1e-12);

    [Fact]
    public void The_rate_rises_in_the_warm_up_and_does_not_rise_behind_it() => Cases.Sample(
        c =>
        {
            var shares = Enumerable.Range(0, c.Steps).Select(step => Share(c, step)).ToArray();
            Assert.All(shares, share => Assert.InRange(share, 0, 1));
            for (var step = 1; step < c.Steps; step++)
            {
                Assert.True(step <= c.Warmup ? shares[step] > shares[step - 1] : shares[step] <= shares[step - 1] + 1e-15);
            }
        },
        iter: 500);

    [Fact]
    public void The_last_step_has_the_final_share() => Cases.Sample(
        c =>
        {
            var fall = c.Kind == ScheduleKind.Wsd ? Math.Min(c.Decay, c.Steps - c.Warmup) : c.Steps - c.Warmup;
            if (c.Kind != ScheduleKind.Constant && fall > 1)
            {
                Assert.Equal(c.Final, Share(c, c.Steps - 1), 1e-12);
                Assert.Equal(c.Final, Share(c, c.Steps + 100), 1e-12);
            }
        },
        iter: 500);

    [Fact]
    public void Another_kind_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => LearningRateSchedule.Share((ScheduleKind)17, step: 5, steps: 10, warmupSteps: 1, decaySteps: 1, finalShare: 0));

    private static double Share((ScheduleKind Kind, int Steps, int Warmup, int Decay, double Final) c, long step) =>
        LearningRateSchedule.Share(c.Kind, step, c.Steps, c.Warmup, c.Decay, c.Final);
}
