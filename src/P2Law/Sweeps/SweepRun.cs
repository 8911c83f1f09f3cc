using System.Collections.Concurrent;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>
/// A sweep in its folder: bases, pruned models, their training, and a table of losses. Killed at any moment it goes on where it was; what
/// is done is not done again.
/// </summary>
/// <remarks>
/// Jobs are done by several threads side by side, each of which trains with one thread: for models of up to some million parameters that
/// is faster than one after another with several.
/// </remarks>
public sealed class SweepRun : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly SweepSettings _settings;
    private readonly RunFolder _run;
    private readonly SweepFolder _folder;
    private readonly TimeProvider _time;
    private readonly SweepResults _results;

    private SweepRun(SweepSettings settings, RunFolder run, TimeProvider time)
    {
        (_settings, _run, _folder, _time) = (settings, run, new SweepFolder(run.FullPath), time);
        _results = new SweepResults(settings, _folder);
    }

    /// <summary>Begins a sweep, or goes on with the one that lies in the folder.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="path">The folder: empty, not there, or a sweep with the same settings but for other sizes, seeds and methods.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="LlmEfficiencyException">A setting or the folder cannot be used.</exception>
    public static SweepRun Open(SweepSettings settings, string path, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        return new SweepRun(settings, SweepStore.Open(settings, path, time, folder => SweepRemains.Require(settings, folder)), time);
    }

    /// <summary>Does what is left to do, and writes the table whenever a cell is done and at the end, even if nothing was left.</summary>
    /// <param name="workers">How many jobs are done side by side.</param>
    /// <param name="stop">Is asked whether to stop, from any thread; what is under way is saved then.</param>
    /// <param name="progress">Is told a few times a second how far the sweep is.</param>
    /// <param name="warn">Is told what the user should know, once each.</param>
    /// <exception cref="LlmEfficiencyException">The data or the folder cannot be used.</exception>
    public SweepOutcome Execute(int workers, Func<StopReason?> stop, Action<SweepProgress> progress, Action<string> warn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        var tokenizer = _settings.Tokenizer ?? SweepTokenizer.Make(_folder.Tokenizer);
        CalibrationTexts.Write(_settings, SweepPlan.Cells(_settings).Where(cell => !_results.Has(cell)), tokenizer, _folder);
        var told = new ConcurrentDictionary<string, bool>();
        var work = new SweepWork(_settings, _folder, tokenizer, text =>
        {
            if (told.TryAdd(text, true))
            {
                warn(text);
            }
        });
        var jobs = SweepJobs.Left(_settings, _folder, _results, work);
        var bases = SweepPlan.Bases(_settings).ToArray();
        var cells = SweepPlan.Cells(_settings).Count();
        var total = bases.Length + cells;
        var monitor = new SweepMonitor(total, total - jobs.Count, jobs.Sum(job => job.Work), _time);
        var crew = new SweepCrew(new SweepQueue(jobs, bases.Where(_folder.IsDone).Select(one => one.Name)), monitor, stop);
        crew.Run(workers, () => progress(monitor.Show()), Pace);
        return new SweepOutcome(_results.Count, cells, _results.WriteTable(), _folder.Table, stop(), crew.Failures);
    }

    /// <inheritdoc/>
    public void Dispose() => _run.Dispose();
}
