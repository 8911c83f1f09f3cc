using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Storage;

/// <summary>Writes files that are whole or not there: a temporary file, flushed to the disk, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The final path; an existing file is replaced.</param>
    /// <param name="write">
    /// Writes the content. If it throws, the file at <paramref name="path"/> stays as it was.
    /// </param>
    /// <exception cref="LlmEfficiencyException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{path}: cannot be written: {problem.Message}", problem);
        }
        finally
        {
            if (File.Exists(temporary)) // not after the move, nor in a folder that is not there
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Writes a text file in UTF-8.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, file => file.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
