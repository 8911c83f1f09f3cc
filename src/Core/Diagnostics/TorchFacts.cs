using System.Reflection;
using LlmEfficiency.Core.Devices;
using TorchSharp;

namespace LlmEfficiency.Core.Diagnostics;

/// <summary>libtorch and the libraries under it, as they are in this process.</summary>
public sealed record TorchFacts
{
    /// <summary>Gets the version of TorchSharp's assembly.</summary>
    public required string TorchSharpVersion { get; init; }

    /// <summary>Gets the folder libtorch was loaded from, or would be.</summary>
    public required string? Folder { get; init; }

    /// <summary>Gets libtorch's own version; null when it does not load.</summary>
    public required string? LibTorchVersion { get; init; }

    /// <summary>Gets TorchSharp's native library as packaged; null when it is not beside the program.</summary>
    public required string? TorchSharpLibrary { get; init; }

    /// <summary>Gets whether the library that is loaded was patched, at build or at run time.</summary>
    public required bool IsPatched { get; init; }

    /// <summary>Gets the C++ runtime of this system; null elsewhere than on Linux.</summary>
    public required string? StandardLibrary { get; init; }

    /// <summary>Gets the newest version that the C++ runtime offers, for example 3.4.30; null when not known.</summary>
    public required Version? GlibcxxFound { get; init; }

    /// <summary>
    /// Gets the newest version that TorchSharp's library as packaged or built asks for; null when not known.
    /// </summary>
    public required Version? GlibcxxNeeded { get; init; }

    /// <summary>Gets the threads libtorch computes with; null when it does not load.</summary>
    public required int? Threads { get; init; }

    /// <summary>Gets what keeps libtorch from loading; null when it loads.</summary>
    public required string? Problem { get; init; }

    /// <summary>Loads libtorch and looks at it.</summary>
    public static TorchFacts Collect()
    {
        var load = NativeLibraries.Load();
        var isLoaded = load.Problem is null;
        var runtime = CppRuntime.Find();
        var needed = CppRuntime.Needed(load.TorchSharpLibrary);
        return new TorchFacts
        {
            TorchSharpVersion = TorchSharpAssembly().InformationalVersion.Split('+')[0],
            Folder = load.TorchFolder,
            LibTorchVersion = isLoaded ? TorchInterop.Version().ToString(3) : null,
            TorchSharpLibrary = load.TorchSharpLibrary,
            IsPatched = load.IsPatched || (needed is not null && needed < CppRuntime.NeededByPackage),
            StandardLibrary = runtime,
            GlibcxxFound = CppRuntime.Newest(runtime),
            GlibcxxNeeded = needed,
            Threads = isLoaded ? TorchThreads.Current : null,
            Problem = load.Problem,
        };
    }

    private static AssemblyInformationalVersionAttribute TorchSharpAssembly() =>
        typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
        ?? new AssemblyInformationalVersionAttribute("unknown");
}
