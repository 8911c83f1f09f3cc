using System.Security.Cryptography;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Runs;

/// <summary>A whole state of a run on the disk.</summary>
/// <param name="Step">The optimizer steps done.</param>
/// <param name="Folder">Where it lies.</param>
public sealed record Checkpoint(long Step, string Folder)
{
    /// <summary>Returns where a file or folder of the checkpoint lies.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Looks for damage.</summary>
    /// <param name="readAll">
    /// Whether to read every file and compare its hash, or to compare names and sizes only.
    /// </param>
    /// <returns>Null if the checkpoint is as it was written, else what is wrong.</returns>
    public string? FindDamage(bool readAll = true)
    {
        try
        {
            var path = PathOf(CheckpointManifest.FileName);
            var manifest = CheckpointManifest.Parse(path, File.ReadAllBytes(path));
            return manifest.Step == Step
                ? DamagedName(manifest) ?? DamagedFile(manifest, readAll)
                : $"{path}: the step is {manifest.Step}, the folder is for {Step}";
        }
        catch (MalformedFileException problem)
        {
            return problem.Message;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"{Folder}: cannot be read: {problem.Message}";
        }
    }

    /// <summary>Lists the files under a folder with '/' between the parts, in ordinal order.</summary>
    internal static IReadOnlyList<string> FilesUnder(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)];

    private string? DamagedName(CheckpointManifest manifest)
    {
        var expected = manifest.Files.Select(file => file.Name).ToHashSet();
        var found = FilesUnder(Folder).Where(name => name != CheckpointManifest.FileName).ToHashSet();
        return expected.Except(found).Order(StringComparer.Ordinal).FirstOrDefault() is { } missing ? $"{PathOf(missing)}: is not there"
            : found.Except(expected).Order(StringComparer.Ordinal).FirstOrDefault() is { } extra ? $"{PathOf(extra)}: does not belong here"
            : null;
    }

    // All names were found under the folder before: none can lead out of it.
    private string? DamagedFile(CheckpointManifest manifest, bool readAll)
    {
        foreach (var file in manifest.Files)
        {
            using var content = File.OpenRead(PathOf(file.Name));
            if (content.Length != file.Bytes)
            {
                return $"{content.Name}: has {content.Length} bytes, {file.Bytes} were written";
            }

            if (readAll && Convert.ToHexStringLower(SHA256.HashData(content)) != file.Sha256)
            {
                return $"{content.Name}: its SHA-256 is not that of what was written";
            }
        }

        return null;
    }
}
