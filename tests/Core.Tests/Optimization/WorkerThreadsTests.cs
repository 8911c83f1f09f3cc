using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Optimization;
using TorchSharp;
using Xunit;

namespace LlmEfficiency.Core.Tests.Optimization;

[Collection(nameof(WholeProcess))]
public sealed class WorkerThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_thread_works_once_a_run_with_libtorch_alone(int count)
    {
        using var threads = new WorkerThreads(count);
        for (var run = 0; run < 20; run++)
        {
            var (times, torchThreads) = (new int[count], new int[count]);
            threads.Run(number =>
            {
                times[number]++;
                torchThreads[number] = torch.get_num_threads();
            });
            Assert.All(times.Concat(torchThreads), value => Assert.Equal(1, value));
        }
    }

    [Fact]
    public void What_others_set_later_does_not_reach_a_thread()
    {
        using var threads = new WorkerThreads(2);
        threads.Run(_ => { });
        var found = new int[2];
        var before = TorchThreads.Current;
        TorchThreads.Set(3);
        try
        {
            threads.Run(number => found[number] = torch.get_num_threads());
        }
        finally
        {
            TorchThreads.Set(before);
        }

        Assert.All(found, value => Assert.Equal(1, value));
    }

    [Fact]
    public void A_failure_reaches_the_caller_and_the_next_run_is_whole()
    {
        using var threads = new WorkerThreads(3);
        var problem = Assert.Throws<InvalidDataException>(() => threads.Run(number =>
        {
            if (number == 1)
            {
                throw new InvalidDataException("shard");
            }
        }));
        Assert.Equal("shard", problem.Message);
        Assert.Contains(nameof(A_failure_reaches_the_caller_and_the_next_run_is_whole), problem.StackTrace!, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => threads.Run(_ => throw new InvalidDataException("all fail")));
        var done = 0;
        threads.Run(_ => Interlocked.Increment(ref done));
        Assert.Equal(3, done);
    }

    [Fact]
    public void Threads_end_with_their_owner()
    {
        var seen = new Thread[4];
        using (var threads = new WorkerThreads(seen.Length))
        {
            threads.Run(number => seen[number] = Thread.CurrentThread);
            Assert.All(seen, thread => Assert.True(thread.IsAlive));
            Assert.Equal(seen.Length, seen.Distinct().Count());
        }

        Assert.All(seen, thread => Assert.False(thread.IsAlive));
    }

    [Fact]
    public void None_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerThreads(0));
}
