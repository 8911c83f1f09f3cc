namespace LlmEfficiency.Core.Hub;

/// <summary>The folder of one commit: links into the blobs, as Python tools make them.</summary>
internal sealed class Snapshot(string repositoryFolder, string commit)
{
    public string Folder { get; } = Path.Join(repositoryFolder, "snapshots", commit);

    public string BlobFolder { get; } = Path.Join(repositoryFolder, "blobs");

    /// <summary>Returns whether a file is there with all its bytes.</summary>
    public bool Has(RemoteFile file) =>
        new FileInfo(Path.Join(Folder, file.Name)) is { Exists: true } info
        && (file.Size is null || (info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info).Length == file.Size)
        && (file.Hash is null || info.LinkTarget is null || Path.GetFileName(info.LinkTarget) == file.Hash);

    /// <summary>Makes a downloaded file visible.</summary>
    public void Link(RemoteFile file)
    {
        RemoteName.RefuseLinkedFolders(Folder, file.Name);
        var path = Path.Join(Folder, file.Name);
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.CreateSymbolicLink(temporary, Path.GetRelativePath(folder, Path.Join(BlobFolder, file.Hash)));
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException || (problem is IOException && OperatingSystem.IsWindows()))
        {
            File.Copy(Path.Join(BlobFolder, file.Hash), temporary); // Windows lets only some users make links
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Makes a branch or tag name stand for the commit.</summary>
    public void SetReference(string revision)
    {
        if (revision != commit)
        {
            RemoteName.RefuseLinkedFolders(Path.Join(repositoryFolder, "refs"), revision);
            var path = Path.Join(repositoryFolder, "refs", revision);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Storage.AtomicFile.WriteText(path, commit);
        }
    }
}
