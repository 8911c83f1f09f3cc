using LlmEfficiency.Core.Simd;
using Xunit;

namespace LlmEfficiency.Core.Tests.Simd;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_part_of_every_job_is_done_once_asleep_or_awake(int size)
    {
        using var team = new ThreadTeam(size);
        var counts = new int[size];
        for (var job = 0; job < 300; job++)
        {
            if (job % 100 == 99)
            {
                Thread.Sleep(5);    // long enough for the others to fall asleep
            }

            var before = counts.ToArray();
            team.Run(part => counts[part]++);
            Assert.Equal(before.Select(count => count + 1), counts);
        }
    }

    [Fact]
    public void A_part_that_fails_is_told_and_the_team_goes_on()
    {
        using var team = new ThreadTeam(3);
        var problem = Assert.Throws<InvalidOperationException>(() => team.Run(part => throw new ArithmeticException($"part {part}")));
        Assert.IsType<ArithmeticException>(problem.InnerException);
        var sum = 0;
        team.Run(part => Interlocked.Add(ref sum, part));
        Assert.Equal(3, sum);
    }

    [Fact]
    public void Needs_somebody() => Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(0));
}
