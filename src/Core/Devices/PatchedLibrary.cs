using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Devices;

/// <summary>Keeps the patched copy of TorchSharp's library in a folder that only its user can write.</summary>
internal static class PatchedLibrary
{
    private const UnixFileMode OthersMayWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Patches <paramref name="source"/> and loads the copy.</summary>
    /// <returns>Null on success, else what the loader says.</returns>
    /// <exception cref="InvalidDataException">The library is not the one that the patch knows.</exception>
    public static string? Load(string source, out IntPtr handle)
    {
        var patched = File.ReadAllBytes(source);
        LibTorchSharpPatch.Apply(patched);
        var kept = Keep(patched, UserCache.Folder);
        if (kept is not null)
        {
            return DynamicLoader.Load(kept, out handle);
        }

        var temporary = Directory.CreateTempSubdirectory("llmeff-native-").FullName; // mode 0700
        try
        {
            return DynamicLoader.Load(Write(patched, Path.Join(temporary, Path.GetFileName(source))), out handle);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true); // a loaded library needs its name no more
        }
    }

    /// <summary>Puts the bytes into the cache, or confirms that exactly they are there.</summary>
    /// <returns>The path, or null when the folder cannot be written or others may write to it.</returns>
    internal static string? Keep(byte[] patched, string? cache)
    {
        if (cache is null || OperatingSystem.IsWindows())
        {
            return null;
        }

        try
        {
            var folder = Path.Join(cache, "llmeff", "native", LibTorchSharpPatch.KnownInput[..16]);
            Directory.CreateDirectory(folder, Mine);
            if ((File.GetUnixFileMode(folder) & OthersMayWrite) != UnixFileMode.None)
            {
                return null;
            }

            var path = Path.Join(folder, "libLibTorchSharp.so");
            return IsExactly(path, patched) ? path : Write(patched, path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null; // a read-only home: the temporary folder serves
        }
    }

    private static bool IsExactly(string path, byte[] expected) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & OthersMayWrite) == UnixFileMode.None)
        && File.ReadAllBytes(path).AsSpan().SequenceEqual(expected);

    private static string Write(byte[] bytes, string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = Mine;
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(bytes);
            }

            File.Move(temporary, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(temporary); // nothing is there after the move
        }
    }
}
