using System.Collections.Concurrent;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;

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
    // What may change in a sweep that goes on: each cell has its own settings beside it.
    private static readonly string[] Free =
        ["settings.description", "settings.sizes", "settings.seeds", "settings.methods", "settings.checkpoints."];

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly SweepSettings _settings;
    private readonly RunFolder _run;
    private readonly SweepFolder _folder;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, SweepResult> _results;
    private readonly Lock _gate = new();

    private SweepRun(SweepSettings settings, RunFolder run, TimeProvider time)
    {
        (_settings, _run, _folder, _time) = (settings, run, new SweepFolder(run.FullPath), time);
        _results = SweepPlan.Cells(settings).Select(cell => _folder.Read(cell, settings)).OfType<SweepResult>().ToDictionary(result => result.Run);
    }

    /// <summary>Begins a sweep, or goes on with the one that lies in the folder.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="path">The folder: empty, not there, or a sweep with the same settings but for further sizes, seeds and methods.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="LlmEfficiencyException">A setting or the folder cannot be used.</exception>
    public static SweepRun Open(SweepSettings settings, string path, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var element = SettingsText.ToElement(settings, SweepJson.Default.SweepSettings);
        if (!File.Exists(Path.Join(path, "run.json")))
        {
            var manifest = RunManifest.Describe(SweepSettings.SweepKind, element, new Dictionary<string, string>(), time);
            return Owning(RunFolder.Create(path, manifest), run => new SweepRun(settings, run, time));
        }

        return Owning(RunFolder.Open(path), run =>
        {
            if (run.Manifest.Kind != SweepSettings.SweepKind)
            {
                throw new LlmEfficiencyException(ErrorKind.Input, $"{run.FullPath}: is a run of kind '{run.Manifest.Kind}', no sweep: name a new folder");
            }

            run.RequireSettings(element, Free);
            var sweep = new SweepRun(settings, run, time); // refuses cells of other settings
            run.Rewrite(run.Manifest with { Settings = element });
            return sweep;
        });
    }

    /// <summary>Does what is left to do, and writes the table whenever a cell is done.</summary>
    /// <param name="workers">How many jobs are done side by side.</param>
    /// <param name="stop">Is asked whether to stop, from any thread; what is under way is saved then.</param>
    /// <param name="progress">Is told a few times a second how far the sweep is.</param>
    /// <param name="warn">Is told what the user should know, once each.</param>
    /// <exception cref="LlmEfficiencyException">The data or the folder cannot be used.</exception>
    public SweepOutcome Execute(int workers, Func<StopReason?> stop, Action<SweepProgress> progress, Action<string> warn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        var tokenizer = _settings.Tokenizer ?? MakeTokenizer();
        CalibrationTexts.Write(_settings, tokenizer, _folder.Texts);
        var told = new ConcurrentDictionary<string, bool>();
        var work = new SweepWork(_settings, _folder, tokenizer, text =>
        {
            if (told.TryAdd(text, true))
            {
                warn(text);
            }
        });
        var jobs = Jobs(work).ToArray();
        var bases = SweepPlan.Bases(_settings).ToArray();
        var total = bases.Length + SweepPlan.Cells(_settings).Count();
        var monitor = new SweepMonitor(total, total - jobs.Length, jobs.Sum(job => job.Work), _time);
        var crew = new SweepCrew(new SweepQueue(jobs, bases.Where(_folder.IsDone).Select(one => one.Name)), monitor, stop);
        crew.Run(workers, () => progress(monitor.Show()), Pace);
        var rows = SweepTable.Write(_folder.Table, Ordered());
        return new SweepOutcome(_results.Count, SweepPlan.Cells(_settings).Count(), rows, _folder.Table, stop(), crew.Failures);
    }

    /// <inheritdoc/>
    public void Dispose() => _run.Dispose();

    private static SweepRun Owning(RunFolder run, Func<RunFolder, SweepRun> make)
    {
        try
        {
            return make(run);
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private string MakeTokenizer()
    {
        if (!Directory.Exists(_folder.Tokenizer))
        {
            WholeFolder.Write(_folder.Tokenizer, part => TokenizerJsonWriter.Write(part, ByteTokenizer.Create("<|end|>")));
        }

        return _folder.Tokenizer;
    }

    // Bases first and the largest of them first, so that no worker is left with a long one at the end; then cells, controls first.
    private IEnumerable<SweepJob> Jobs(SweepWork work)
    {
        var bases =
            from one in SweepPlan.Bases(_settings)
            where !_folder.IsDone(one)
            select new SweepJob(
                $"base {one.Name}", null, one.Name, Parameters(one.Size) * (one.Size.Tokens ?? _settings.BaseTokens),
                (stop, progress) => work.Train(one, stop, progress));
        var cells =
            from cell in SweepPlan.Cells(_settings)
            where !_results.ContainsKey(cell.Name)
            select new SweepJob(
                cell.Name, cell.Base.Name, null, Parameters(cell.Base.Size) * _settings.PostTraining.Tokens * (1 - (cell.Rate ?? 0)),
                (stop, progress) => Keep(work.Run(cell, stop, progress)));
        return bases.OrderByDescending(job => job.Work).Concat(cells.OrderByDescending(job => job.Work));
    }

    private bool Keep(SweepResult? result)
    {
        if (result is null)
        {
            return false;
        }

        lock (_gate)
        {
            _results[result.Run] = result;
            SweepTable.Write(_folder.Table, Ordered());
        }

        return true;
    }

    private List<SweepResult> Ordered() =>
        [.. SweepPlan.Cells(_settings).Select(cell => _results.GetValueOrDefault(cell.Name)).OfType<SweepResult>()];

    // Only the ratio of sizes counts; a given base counts like one of the sizes beside it.
    private static double Parameters(SweepSize size) =>
        size.Layers * ((4.0 * size.HiddenSize * size.HiddenSize) + (3.0 * size.HiddenSize * size.Inner)) + (256.0 * size.HiddenSize);
}
