using System.Runtime.ExceptionServices;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>Threads that do the jobs of a sweep side by side.</summary>
/// <param name="queue">The jobs.</param>
/// <param name="monitor">Is told how far they are.</param>
/// <param name="stop">Is asked whether to stop.</param>
internal sealed class SweepCrew(SweepQueue queue, SweepMonitor monitor, Func<StopReason?> stop)
{
    private readonly Lock _gate = new();
    private readonly List<(string Name, LlmEfficiencyException Problem)> _failures = [];
    private Exception? _fault;

    /// <summary>Gets what failed; its neighbours went on.</summary>
    public IReadOnlyList<(string Name, LlmEfficiencyException Problem)> Failures => _failures;

    /// <summary>Does all jobs, until they are done, a stop is asked for, or the disk fails.</summary>
    /// <param name="workers">How many threads.</param>
    /// <param name="show">Is called now and then from this thread.</param>
    /// <param name="pace">How often.</param>
    public void Run(int workers, Action show, TimeSpan pace)
    {
        var threads = Enumerable.Range(0, workers).Select(number => new Thread(Serve) { IsBackground = true, Name = $"sweep {number}" }).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        foreach (var thread in threads)
        {
            while (!thread.Join(pace))
            {
                show();
            }
        }

        show();
        if (_fault is not null)
        {
            ExceptionDispatchInfo.Throw(_fault);
        }
    }

    private void Serve()
    {
        TorchThreads.SetOfThisThread(1);
        while (_fault is null && stop() is null && queue.Take() is { } job)
        {
            var isDone = false;
            try
            {
                isDone = job.Do(() => _fault is null ? stop() : StopReason.Terminate, progress => monitor.Report(job, progress));
            }
            catch (LlmEfficiencyException problem) when (problem.Kind is not (ErrorKind.Disk or ErrorKind.OutOfMemory))
            {
                lock (_gate)
                {
                    _failures.Add((job.Name, problem));
                }
            }
            catch (OperationCanceledException) when (stop() is not null)
            {
                // pruning was stopped
            }
#pragma warning disable CA1031 // the thread that waits throws it
            catch (Exception problem)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref _fault, problem, null);
            }

            monitor.Finish(job, isDone);
            queue.Finish(job, isDone);
        }

        if (_fault is not null || stop() is not null)
        {
            queue.Close();
        }
    }
}
