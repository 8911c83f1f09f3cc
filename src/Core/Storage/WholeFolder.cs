using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Storage;

/// <summary>Writes folders that are whole or not there: under another name beside the final one, then renamed.</summary>
public static class WholeFolder
{
    /// <summary>Refuses a folder that is there and not empty.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="LlmEfficiencyException">It is a file, or has something in it.</exception>
    public static void RequireEmpty(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder}: is there already and not empty: name a new folder");
        }
    }

    /// <summary>Writes a folder. A failure leaves nothing in the way of the next try.</summary>
    /// <param name="folder">The new folder; an empty one may be there.</param>
    /// <param name="write">Fills the folder that it is given.</param>
    /// <exception cref="LlmEfficiencyException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string folder, Action<string> write)
    {
        var part = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(part);
            write(part);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder); // empty, or it fails
            }

            Directory.Move(part, folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{folder}: cannot be written: {problem.Message}", problem);
        }
        finally
        {
            if (Directory.Exists(part))
            {
                Directory.Delete(part, recursive: true);
            }
        }
    }
}
