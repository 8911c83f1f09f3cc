using System.Diagnostics;
using System.Globalization;

namespace LlmEfficiency.Crash;

/// <summary>
/// Kills runs again and again, lets them go on until their end, and compares all that is on the disk with a run that was
/// not killed.
/// </summary>
/// <param name="workload">The kind of run.</param>
/// <param name="work">An empty folder.</param>
/// <param name="seed">Draws the moments.</param>
/// <param name="print">Takes a line of the table.</param>
public sealed class KillRun(IWorkload workload, string work, int seed, Action<string> print)
{
    private const int MostFailures = 20;

    private readonly Random _random = new(seed);
    private readonly string _settings = Path.Join(work, "settings.json");
    private readonly ReferenceRun _reference = new(workload, Path.Join(work, "reference"));
    private TimeSpan _start;
    private int _passed;
    private int _failed;

    /// <summary>Runs.</summary>
    /// <param name="kills">How many processes are killed.</param>
    /// <returns>How many comparisons held and did not: one a kill, one for each run that came to its end.</returns>
    public (int Passed, int Failed) Run(int kills)
    {
        Prepare();
        Print("kill", "run", "threads", "from", "killed after", "checkpoint", "result");
        var (run, killed) = (1, 0);
        while (killed < kills && _failed < MostFailures)
        {
            if (Kill(KillMoment.Draw(workload, _random, _start), run, killed + 1))
            {
                killed++;
            }
            else
            {
                Finish(run++); // it came to its end before
            }
        }

        Finish(run);
        return (_passed, _failed);
    }

    private void Prepare()
    {
        var all = Path.Join(work, "keep-all.json");
        workload.Prepare(Path.Join(work, "inputs"), _settings, all);
        using var process = new TrainingProcess(workload, all, Path.Join(work, "reference"), threads: 1);
        _ = FirstStep(process);
        if (process.End() is var (code, errors) && code != 0)
        {
            throw new InvalidOperationException($"the undisturbed run ended with {code}: {errors}");
        }
    }

    // Also measures how long a start takes, for the next kill during one.
    private long? FirstStep(TrainingProcess process)
    {
        var began = Stopwatch.GetTimestamp();
        var step = process.NextStep();
        _start = Stopwatch.GetElapsedTime(began);
        return step;
    }

    // Returns false if the run came to its end first.
    private bool Kill(KillMoment moment, int run, int number)
    {
        var folder = FolderOf(run);
        using var process = new TrainingProcess(workload, _settings, folder, moment.Threads);
        long? from = null;
        if (moment.Steps is { } steps)
        {
            from = FirstStep(process);
            if (from is null || (steps > 0 && !process.Reach(from.Value + steps)))
            {
                return Ended(process);
            }
        }

        Thread.Sleep(moment.Delay);
        process.Kill();
        _ = process.End();
        var (checkpoint, problem) = _reference.Compare(folder);
        Judge(problem, result => Print(
            $"{number}", $"{run}", $"{moment.Threads}", from is null ? "-" : $"{from}",
            moment.ToString(),
            $"{checkpoint}", result));
        return true;
    }

    private bool Ended(TrainingProcess process)
    {
        if (process.End() is var (code, errors) && code != 0)
        {
            Judge($"ended with {code}: {errors.Trim()}", print);
        }

        return false;
    }

    private void Finish(int run)
    {
        using var process = new TrainingProcess(workload, _settings, FolderOf(run), threads: 1 + (run % 3));
        var (code, errors) = process.End();
        var problem = code == 0 ? _reference.CompareEnd(FolderOf(run)) : $"ended with {code}: {errors.Trim()}";
        Judge(problem, text => print($"run {run}, at its end: {text}"));
    }

    private void Judge(string? problem, Action<string> tell)
    {
        _ = problem is null ? _passed++ : _failed++;
        tell(problem ?? "passed");
    }

    private string FolderOf(int run) => Path.Join(work, string.Create(CultureInfo.InvariantCulture, $"run-{run}"));

    private void Print(string kill, string run, string threads, string from, string after, string checkpoint, string result) =>
        print($"{kill,4} {run,4} {threads,7} {from,5} {after,22} {checkpoint,10}  {result}");
}
