using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Training;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>
/// What an earlier process left of cells that are not done: their bases, pruned models and runs. Each tells itself with which settings it
/// was made, so nothing else has to be kept.
/// </summary>
internal static class SweepRemains
{
    // No part of the numbers, or where a sweep's own files lie: another place when its folder was moved.
    private static readonly string[] Free = ["description", "checkpoints.", "logging.", "model.tokenizer"];
    private static readonly string[] OwnPaths = ["model.from", "distillation.teacher"];
    private static readonly string[] OwnTexts = ["calibration.data"];

    /// <summary>Refuses what was made with other settings than hold now.</summary>
    /// <param name="settings">The settings that hold now.</param>
    /// <param name="folder">The sweep's folder.</param>
    /// <exception cref="LlmEfficiencyException">A cell, or what is there of one, was made with other settings.</exception>
    public static void Require(SweepSettings settings, SweepFolder folder)
    {
        var left = SweepPlan.Cells(settings).Where(cell => folder.Read(cell, settings) is null).ToArray();
        foreach (var one in left.Select(cell => cell.Base).Where(one => one.Size.From is null).Distinct())
        {
            RequireRun(folder.BaseRun(one), SweepRecipe.OfBase(settings, one, folder.Tokenizer), Free, "the base was trained");
        }

        foreach (var cell in left)
        {
            RequireBase(folder, cell);
            RequirePruned(folder, cell);
            var run = SweepRecipe.OfCell(settings, cell, folder.Pruned(cell), folder.BaseModel(cell.Base));
            RequireRun(folder.CellRun(cell), run, FreeOf(cell), "the cell was post-trained", folder.Cell(cell));
        }
    }

    // Only a base that is there is pruned: one that is not was taken away, and what will be trained may be another.
    private static void RequireBase(SweepFolder folder, SweepCell cell)
    {
        if (!folder.IsDone(cell.Base) && (Directory.Exists(folder.CellRun(cell)) || (cell.Method is not null && Directory.Exists(folder.Pruned(cell)))))
        {
            throw Refuse(folder.Cell(cell), $"the cell was made of the base {cell.Base.Name}, which is not there any more");
        }
    }

    private static void RequirePruned(SweepFolder folder, SweepCell cell)
    {
        if (cell.Method is null || PruningReport.Read(folder.Pruned(cell)) is not { } done)
        {
            return;
        }

        var isOwn = cell.Method.Pruning.Calibration.Data.Count == 0;
        var texts = folder.Texts(cell.Method.Pruning.Calibration);
        var changes = SweepChanges.Of(
            done.Settings, SweepRecipe.OfPruning(cell, texts), isOwn && done.Settings.Calibration.Data.All(SweepFolder.IsTexts) ? OwnTexts : []);
        if (cell.Base.Size.From is { } given && done.Source != given)
        {
            changes = [.. changes, "sizes.from"];
        }

        if (changes.Length > 0)
        {
            throw Refuse(folder.Cell(cell), $"the model was pruned with other values of {string.Join(", ", changes)}");
        }
    }

    private static void RequireRun(string path, RunSettings settings, string[] free, string made, string? remove = null)
    {
        if (!File.Exists(Path.Join(path, "run.json")))
        {
            return;
        }

        using var run = RunFolder.Open(path, readOnly: true);
        var changes = SweepChanges.Of(ResumedSettings.Read(run), settings, free);
        if (changes.Length > 0)
        {
            throw Refuse(remove ?? path, $"{made} with other values of {string.Join(", ", changes)}");
        }
    }

    private static string[] FreeOf(SweepCell cell) =>
        cell.Base.Size.From is null ? [.. Free, .. OwnPaths]
        : cell.Method is null ? Free
        : [.. Free, OwnPaths[0]];

    private static LlmEfficiencyException Refuse(string folder, string problem) => new(
        ErrorKind.Configuration, $"{folder}: {problem}: take another name, begin a sweep in a new folder, or delete this one to make it anew");
}
