using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Devices;

/// <summary>Loads native libraries by path and keeps what the system's loader says when it refuses.</summary>
internal static class DynamicLoader
{
    /// <summary>Loads one file.</summary>
    /// <param name="path">A full path; a bare name is looked for where the system looks.</param>
    /// <param name="handle">The library, or zero.</param>
    /// <returns>Null on success, else the loader's own words: the missing file, symbol or version.</returns>
    public static string? Load(string path, out IntPtr handle)
    {
        try
        {
            handle = NativeLibrary.Load(path);
            return null;
        }
        catch (Exception problem) when (problem is DllNotFoundException or BadImageFormatException)
        {
            handle = IntPtr.Zero;
            return Reason(problem.Message, path);
        }
    }

    /// <summary>
    /// Names a library as this system names its files: <c>torch_cpu</c> becomes <c>libtorch_cpu.so</c> on Linux.
    /// </summary>
    public static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    /// <summary>Picks the loader's own line out of the runtime's message.</summary>
    /// <remarks>
    /// The runtime tries variations of a name and reports each. A line that says more than "no such file" comes first;
    /// among equals the last one, which is about the name as given.
    /// </remarks>
    internal static string Reason(string message, string path)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).ToArray();
        return lines.LastOrDefault(l => !l.Contains($"{path}: cannot open", StringComparison.Ordinal)
                && !l.Contains($"lib{path}", StringComparison.Ordinal) && !l.Contains(
                    $"{path}.so: cannot open", StringComparison.Ordinal))
            ?? lines.LastOrDefault()
            ?? message.Trim();
    }
}
