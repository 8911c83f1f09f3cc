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

    [Theory]
    [InlineData(1, 37, 4)]
    [InlineData(2, 200, 4)]
    [InlineData(3, 1000, 1)]
    [InlineData(2, 13, 4)]
    [InlineData(2, 35, 4)]
    [InlineData(5, 3, 4)]
    [InlineData(4, 0, 1)]
    public void Every_item_is_worked_on_once(int size, int count, int together)
    {
        using var team = new ThreadTeam(size);
        var counts = new int[count];
        for (var job = 1; job <= 200; job++)
        {
            team.Run(Work, count, together);
            Assert.All(counts, done => Assert.Equal(job, done));
        }

        void Work(int part)
        {
            foreach (var (first, end) in team.Share(part))
            {
                for (var item = first; item < end; item++)
                {
                    Interlocked.Increment(ref counts[item]);
                }
            }
        }
    }

    [Fact]
    public void What_a_slow_part_has_not_begun_is_taken_by_the_others()
    {
        const int Piece = 12;       // of a share of 200: a sixteenth, in whole groups of four
        using var team = new ThreadTeam(2);
        using var allElse = new ManualResetEventSlim();
        var done = 0;
        team.Run(Work, 400, 4);
        Assert.Equal(400, done);

        void Work(int part)
        {
            foreach (var (first, end) in team.Share(part))
            {
                if (part == 1)
                {
                    Assert.True(allElse.Wait(TimeSpan.FromMinutes(1)));     // it comes back to its first piece when the other has done all else
                }

                if (Interlocked.Add(ref done, end - first) + Piece >= 400)
                {
                    allElse.Set();
                }
            }
        }
    }

    [Fact]
    public void Pieces_come_from_the_front_of_the_own_share_and_from_behind_of_anothers()
    {
        SharedRange[] shares = new SharedRange[2];
        shares[0].Set(0, 10);
        shares[1].Set(10, 20);
        List<(int First, int End)> pieces = [];
        foreach (var piece in new SharedItems(shares, 1, 4))
        {
            pieces.Add(piece);
        }

        Assert.Equal([(10, 14), (14, 18), (18, 20), (6, 10), (2, 6), (0, 2)], pieces);
        Assert.False(new SharedItems(shares, 0, 4).MoveNext());
    }

    [Fact]
    public void Needs_somebody() => Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(0));
}
