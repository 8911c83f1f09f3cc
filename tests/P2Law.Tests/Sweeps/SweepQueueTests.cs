using CsCheck;
using LlmEfficiency.P2Law.Sweeps;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Sweeps;

public sealed class SweepQueueTests
{
    [Fact]
    public void Every_job_is_handed_out_once_and_none_before_its_base() => (
        from bases in Gen.Int[1, 5]
        from cells in Gen.Int[0, bases].Array[0, 20]
        from workers in Gen.Int[1, 4]
        select (bases, cells, workers)).Sample(
        c =>
        {
            var jobs = Enumerable.Range(0, c.bases).Select(number => Job($"base {number}", null, $"{number}"))
                .Concat(c.cells.Select((one, number) => Job($"cell {number}", $"{one}", null)));
            var queue = new SweepQueue(jobs, [$"{c.bases}"]); // the last base is there already
            var (done, gate) = (new List<SweepJob>(), new Lock());
            var threads = Enumerable.Range(0, c.workers).Select(_ => new Thread(() =>
            {
                while (queue.Take() is { } job)
                {
                    lock (gate)
                    {
                        Assert.True(job.Requires is null || job.Requires == $"{c.bases}" || done.Any(other => other.Makes == job.Requires));
                        done.Add(job);
                    }

                    queue.Finish(job, isDone: true);
                }
            })).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.Equal(c.bases + c.cells.Length, done.Select(job => job.Name).Distinct().Count());
            Assert.Equal(c.bases + c.cells.Length, done.Count);
        },
        iter: 50,
        threads: 1);

    [Fact]
    public void What_a_failed_base_was_for_is_left_out()
    {
        var queue = new SweepQueue([Job("base", null, "a"), Job("cell", "a", null)], []);
        queue.Finish(queue.Take()!, isDone: false);
        Assert.Null(queue.Take());
    }

    [Fact]
    public async Task A_closed_queue_lets_those_go_who_wait()
    {
        var queue = new SweepQueue([Job("base", null, "a"), Job("cell", "a", null)], []);
        Assert.Equal("base", queue.Take()!.Name);
        var waiting = Task.Run(queue.Take, TestContext.Current.CancellationToken);
        queue.Close();
        Assert.Null(await waiting);
    }

    private static SweepJob Job(string name, string? requires, string? makes) => new(name, requires, makes, 1, (_, _) => true);
}
