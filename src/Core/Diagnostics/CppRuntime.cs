using System.Text;
using System.Text.RegularExpressions;
using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Core.Diagnostics;

/// <summary>Compares the C++ runtime of a Linux system with what a library asks of it.</summary>
internal static partial class CppRuntime
{
    /// <summary>What TorchSharp's library asks for as it is packaged: GCC 13.</summary>
    public static readonly Version NeededByPackage = new(3, 4, 32);

    /// <summary>Returns the path of the libstdc++ that this process has loaded, or null.</summary>
    public static string? Find() =>
        OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/maps")
                .Select(line => line[(line.LastIndexOf(' ') + 1)..])
                .FirstOrDefault(path => path.Contains("libstdc++.so", StringComparison.Ordinal) && File.Exists(path))
            : null;

    /// <summary>Returns the newest version that a libstdc++ offers.</summary>
    public static Version? Newest(string? path) =>
        path is null ? null : Newest([Encoding.Latin1.GetString(File.ReadAllBytes(path))]);

    /// <summary>Returns the newest version of libstdc++ that a library asks for.</summary>
    public static Version? Needed(string? path) =>
        path is not null && path.EndsWith(".so", StringComparison.Ordinal)
            ? Newest(LibTorchSharpPatch.VersionsNeeded(File.ReadAllBytes(path)))
            : null;

    private static Version? Newest(IEnumerable<string> texts) =>
        texts.SelectMany(text => VersionName().Matches(text).Select(match => Version.Parse(match.Groups["version"].ValueSpan))).Max();

    [GeneratedRegex(@"GLIBCXX_(?<version>\d+\.\d+(\.\d+)?)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex VersionName();
}
