using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Runs;

/// <summary>
/// The checkpoints of a run. One is visible only when all of it is on the disk, so that a crash at any moment leaves
/// the earlier ones as they were. One process may write at a time.
/// </summary>
/// <param name="folder">Where they lie; made when the first one is saved.</param>
/// <param name="files">The operations on the disk.</param>
public sealed class CheckpointStore(string folder, IFileOperations files)
{
    private const string Prefix = "step-";
    private const string TemporaryPrefix = "temporary-";

    /// <summary>Gets the steps that have a checkpoint, damaged or not, oldest first.</summary>
    public IReadOnlyList<long> Steps => Directory.Exists(folder)
        ? [.. Directory.EnumerateDirectories(folder).Select(StepOf).OfType<long>().Order()]
        : [];

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="step">The optimizer steps done.</param>
    /// <param name="write">Writes the parts. It is not called if the step has an undamaged checkpoint, which stays.</param>
    /// <returns>The checkpoint, which survives a loss of power from now on.</returns>
    /// <exception cref="LlmEfficiencyException">
    /// The disk is full or fails. Earlier checkpoints are as they were.
    /// </exception>
    public Checkpoint Save(long step, Action<CheckpointWriter> write)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var checkpoint = new Checkpoint(step, Path.Combine(folder, NameOf(step)));
        var temporary = TemporaryPath(step);
        try
        {
            CreateFolder();
            if (Directory.Exists(checkpoint.Folder) && checkpoint.FindDamage() is null)
            {
                files.FlushFolder(folder);
                return checkpoint;
            }

            Discard(temporary);
            files.CreateFolder(temporary);
            var writer = new CheckpointWriter(temporary, files);
            write(writer);
            writer.Finish(step);
            Remove(step); // a damaged one
            files.Move(temporary, checkpoint.Folder);
            files.FlushFolder(folder);
            return checkpoint;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failure(checkpoint.Folder, "cannot be saved", problem);
        }
        finally
        {
            DiscardQuietly(temporary);
        }
    }

    /// <summary>Returns the newest checkpoint that is undamaged, after reading all of it.</summary>
    /// <param name="warn">Is told about each damaged one that is passed over.</param>
    /// <returns>The checkpoint, or null if there is none.</returns>
    public Checkpoint? Latest(Action<string>? warn = null)
    {
        foreach (var step in Steps.Reverse())
        {
            var checkpoint = At(step);
            if (checkpoint.FindDamage() is not { } damage)
            {
                return checkpoint;
            }

            warn?.Invoke($"the checkpoint of step {step} is damaged and passed over: {damage}");
        }

        return null;
    }

    /// <summary>Returns the checkpoint of a step after reading all of it.</summary>
    /// <exception cref="LlmEfficiencyException">It is not there or damaged.</exception>
    public Checkpoint Open(long step)
    {
        var checkpoint = At(step);
        var damage = Directory.Exists(checkpoint.Folder)
            ? checkpoint.FindDamage()
            : $"{checkpoint.Folder}: is not there, there are {(Steps.Count == 0 ? "none" : string.Join(", ", Steps))}";
        return damage is null ? checkpoint : throw new LlmEfficiencyException(ErrorKind.Input, damage);
    }

    /// <summary>Deletes old checkpoints.</summary>
    /// <param name="keep">How many of the newest whole ones stay, at least 1. One with a wrong name or size in it does not count.</param>
    /// <param name="alsoKeep">A step whose checkpoint stays in any case, for example the best one.</param>
    /// <exception cref="LlmEfficiencyException">One could not be deleted; none is half deleted.</exception>
    public void Prune(int keep, long? alsoKeep = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        var left = keep;
        foreach (var step in Steps.Reverse())
        {
            if (left > 0)
            {
                left -= At(step).FindDamage(readAll: false) is null ? 1 : 0;
            }
            else if (step != alsoKeep)
            {
                Delete(step);
            }
        }
    }

    /// <summary>Deletes the checkpoints of later steps, for a run that goes on from an earlier one.</summary>
    /// <exception cref="LlmEfficiencyException">One could not be deleted; none is half deleted.</exception>
    public void DropAfter(long step)
    {
        foreach (var later in Steps.Where(other => other > step))
        {
            Delete(later);
        }
    }

    /// <summary>Deletes what a killed process left half written or half deleted.</summary>
    /// <exception cref="LlmEfficiencyException">Something could not be deleted.</exception>
    public void SweepTemporary()
    {
        try
        {
            if (Directory.Exists(folder))
            {
                foreach (var path in Directory.EnumerateDirectories(folder, $"{TemporaryPrefix}*"))
                {
                    files.DeleteFolder(path);
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failure(folder, "cannot be swept", problem);
        }
    }

    private static string NameOf(long step) => Prefix + step.ToString("D8", CultureInfo.InvariantCulture);

    private static long? StepOf(string path)
    {
        var name = Path.GetFileName(path);
        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            && NameOf(step) == name
            ? step
            : null;
    }

    private static LlmEfficiencyException Failure(string path, string what, Exception problem) =>
        new(ErrorKind.Disk, $"{path}: {what}: {problem.Message.ReplaceLineEndings(" ")}; earlier checkpoints are untouched", problem);

    private Checkpoint At(long step) => new(step, Path.Combine(folder, NameOf(step)));

    private string TemporaryPath(long step) => Path.Combine(folder, TemporaryPrefix + NameOf(step));

    private void CreateFolder()
    {
        if (!Directory.Exists(folder))
        {
            files.CreateFolder(folder);
            files.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        }
    }

    private void Delete(long step)
    {
        try
        {
            Remove(step);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failure(At(step).Folder, "cannot be deleted", problem);
        }
    }

    // Renamed first: a deletion that stops half way leaves a folder that nobody takes for a checkpoint.
    private void Remove(long step)
    {
        var path = At(step).Folder;
        var hidden = $"{TemporaryPath(step)}-deleted";
        if (Directory.Exists(path))
        {
            Discard(hidden);
            files.Move(path, hidden);
            files.DeleteFolder(hidden);
        }
    }

    private void Discard(string path)
    {
        if (Directory.Exists(path))
        {
            files.DeleteFolder(path);
        }
    }

    private void DiscardQuietly(string path)
    {
        try
        {
            Discard(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The failure before this one is the one to tell; the next save or sweep deletes what is left.
        }
    }
}
