using System.Security.Cryptography;

namespace LlmEfficiency.Core.Runs;

/// <summary>Takes in the parts of one checkpoint; each is on the disk when its method returns.</summary>
public sealed class CheckpointWriter
{
    private readonly string _folder;
    private readonly IFileOperations _files;
    private readonly List<CheckpointFile> _written = [];

    internal CheckpointWriter(string folder, IFileOperations files) => (_folder, _files) = (folder, files);

    /// <summary>Writes one file.</summary>
    /// <param name="name">A file name without folders.</param>
    /// <param name="content">Writes the content from its beginning to its end; the stream cannot seek.</param>
    public void Write(string name, Action<Stream> content)
    {
        CheckName(name);
        using var file = _files.Create(Path.Combine(_folder, name));
        using var hashed = new HashingStream(file);
        content(hashed);
        hashed.Flush();
        _files.Flush(file);
        _written.Add(new CheckpointFile(name, hashed.Length, hashed.Hash()));
    }

    /// <summary>Writes a folder with what another writer puts into it, for example a model in the Hugging Face form.</summary>
    /// <param name="name">A folder name without parents.</param>
    /// <param name="content">Writes files into the given path, which is there and empty.</param>
    public void WriteFolder(string name, Action<string> content)
    {
        CheckName(name);
        var folder = Path.Combine(_folder, name);
        _files.CreateFolder(folder);
        content(folder);
        foreach (var inner in Checkpoint.FilesUnder(folder))
        {
            var path = Path.Combine(folder, inner);
            _files.FlushFile(path);
            using var file = File.OpenRead(path);
            _written.Add(new CheckpointFile($"{name}/{inner}", file.Length, Convert.ToHexStringLower(SHA256.HashData(file))));
        }

        foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
        {
            _files.FlushFolder(inner);
        }

        _files.FlushFolder(folder);
    }

    /// <summary>Writes the manifest, after which nothing may be added.</summary>
    internal void Finish(long step)
    {
        var manifest = new CheckpointManifest(step, [.. _written.OrderBy(file => file.Name, StringComparer.Ordinal)]);
        using (var file = _files.Create(Path.Combine(_folder, CheckpointManifest.FileName)))
        {
            file.Write(manifest.ToJson());
            file.Flush();
            _files.Flush(file);
        }

        _files.FlushFolder(_folder);
    }

    private void CheckName(string name)
    {
        var isPlain = name.Length > 0 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        if (!isPlain || name == CheckpointManifest.FileName || _written.Exists(file => file.Name.Split('/')[0] == name))
        {
            throw new ArgumentException($"'{name}' is no free plain name for a part of a checkpoint", nameof(name));
        }
    }
}
