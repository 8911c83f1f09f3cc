namespace LlmEfficiency.Core.Runs;

/// <summary>
/// The file operations that make a checkpoint durable, each of which can fail; a test makes any of them fail.
/// </summary>
public interface IFileOperations
{
    /// <summary>Makes a folder whose parent is there.</summary>
    void CreateFolder(string path);

    /// <summary>Makes a file that is not there yet, for writing.</summary>
    Stream Create(string path);

    /// <summary>Returns after the bytes written to <paramref name="file"/> are on the disk.</summary>
    void Flush(Stream file);

    /// <summary>Returns after the bytes of a closed file are on the disk.</summary>
    void FlushFile(string path);

    /// <summary>Returns after the names in a folder are on the disk.</summary>
    void FlushFolder(string path);

    /// <summary>Renames a folder in one step; fails if <paramref name="target"/> is there.</summary>
    void Move(string source, string target);

    /// <summary>Deletes a folder with all that is in it.</summary>
    void DeleteFolder(string path);
}
