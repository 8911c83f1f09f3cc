using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Devices;

/// <summary>
/// Loads libtorch and TorchSharp's library where the runtime alone cannot: from the folder that <c>LLMEFF_LIBTORCH</c>
/// names, and on systems whose libstdc++ is older than GCC 13's (see <see cref="LibTorchSharpPatch"/>).
/// </summary>
public static class NativeLibraries
{
    /// <summary>The environment variable that names a folder with another libtorch.</summary>
    public const string FolderVariable = "LLMEFF_LIBTORCH";

    private const string TorchSharpLibrary = "LibTorchSharp";

    // c10 first: each next one needs those before it.
    private static readonly string[] LoadOrder = ["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"];

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, IntPtr> Handles = new(StringComparer.Ordinal);
    private static NativeLoad? _load;
    private static bool _isRegistered;

    /// <summary>Makes the runtime ask here for native libraries that it does not find itself. Loads nothing.</summary>
    /// <remarks>
    /// Runs by itself when Core is first used; a program that touches TorchSharp before Core calls it first.
    /// </remarks>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "TorchSharp may be the first thing a caller of Core touches; only an event is hooked")]
    public static void Register()
    {
        lock (Gate)
        {
            if (_isRegistered)
            {
                return;
            }

            _isRegistered = true;
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
            AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Attend(loaded.LoadedAssembly);
            foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            {
                Attend(assembly);
            }
        }
    }

    /// <summary>Gets whether libtorch is loaded and works; nothing is loaded to tell.</summary>
    public static bool IsReady
    {
        get
        {
            lock (Gate)
            {
                return _load is { Problem: null };
            }
        }
    }

    /// <summary>Loads everything that TorchSharp's CPU backend needs, once, and tells how that went.</summary>
    public static NativeLoad Load()
    {
        lock (Gate)
        {
            return _load ??= LoadAll();
        }
    }

    /// <summary>Loads everything that TorchSharp needs.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// Something does not load; the message says what, and the remedy.
    /// </exception>
    public static void Require()
    {
        if (Load().Problem is { } problem)
        {
            throw new LlmEfficiencyException(ErrorKind.Environment, problem);
        }
    }

    /// <summary>Tells whether a part of libtorch, for example <c>torch_cuda</c>, is loaded in this process.</summary>
    internal static bool IsLoaded(string name)
    {
        lock (Gate)
        {
            return Handles.GetValueOrDefault(name) != IntPtr.Zero;
        }
    }

    /// <summary>Chooses between the folder that the variable names and the one that the build carries.</summary>
    internal static (string? Folder, string? Problem) ChooseFolder(string? named, string? carried)
    {
        if (string.IsNullOrEmpty(named))
        {
            return carried is null
                ? (null, $"this build carries no libtorch: let {FolderVariable} name the folder that holds "
                    + $"{DynamicLoader.FileName("torch_cpu")} (of libtorch 2.10), or build with -p:TorchBackend=cpu")
                : (carried, null);
        }

        var folder = Path.GetFullPath(named);
        if (carried is not null && Path.GetFullPath(carried) != folder)
        {
            return (folder, $"{FolderVariable} is {named}, but this build carries its own libtorch in {carried}, and a process can "
                + $"hold only one: build with -p:TorchBackend=none, or unset {FolderVariable}");
        }

        return File.Exists(Path.Join(folder, DynamicLoader.FileName("torch_cpu")))
            ? (folder, null)
            : (folder, $"{FolderVariable} is {named}, where no {DynamicLoader.FileName("torch_cpu")} lies: name the folder of libtorch's "
                + "libraries (torch/lib of a Python installation)");
    }

    /// <summary>Loads what there is of libtorch in a folder.</summary>
    /// <returns>Null on success, else what does not load and why.</returns>
    internal static string? LoadTorch(string folder)
    {
        foreach (var name in LoadOrder)
        {
            var path = Path.Join(folder, DynamicLoader.FileName(name));
            if (!File.Exists(path))
            {
                continue; // the CUDA parts are not everywhere
            }

            var handle = IntPtr.Zero;
            if ((ElfExtent.Problem(path) ?? DynamicLoader.Load(path, out handle)) is { } reason)
            {
                return $"{path} does not load: {reason}";
            }

            Handles[name] = handle;
        }

        return null;
    }

    private static IntPtr Resolve(Assembly caller, string name)
    {
        if (name != TorchSharpLibrary && !LoadOrder.Contains(name, StringComparer.Ordinal))
        {
            return IntPtr.Zero;
        }

        // When TorchSharp hears that its library does not load, it copies 0.5 GB of packages beside the program and then
        // reports a missing package. So its question is answered with a library that loads; its first real call gets the reason.
        lock (Gate)
        {
            var load = Load();
            return name == TorchSharpLibrary && load.Problem is not null ? NativeLibrary.GetMainProgramHandle() : Handles.GetValueOrDefault(name);
        }
    }

    // TorchSharp's first real call, whoever makes it, loads all that it needs and sets the threads, or says why not.
    private static void Attend(Assembly assembly)
    {
        if (assembly.GetName().Name == "TorchSharp")
        {
            NativeLibrary.SetDllImportResolver(assembly, (name, _, _) => name == TorchSharpLibrary ? Find() : IntPtr.Zero);
        }

        static IntPtr Find()
        {
            Require();
            lock (Gate)
            {
                return Handles.GetValueOrDefault(TorchSharpLibrary);
            }
        }
    }

    private static NativeLoad LoadAll()
    {
        var carried = Locate("torch_cpu");
        var named = Environment.GetEnvironmentVariable(FolderVariable);
        var torchSharp = Locate(TorchSharpLibrary);
        var (folder, problem) = ChooseFolder(named, Path.GetDirectoryName(carried));
        problem ??= LoadTorch(folder!);
        if (problem is not null)
        {
            return new NativeLoad(folder, torchSharp, false, problem);
        }

        if (torchSharp is null)
        {
            return new NativeLoad(folder, null, false, $"{DynamicLoader.FileName(TorchSharpLibrary)} is not beside the program: "
                + "copy the whole output of the build");
        }

        return LoadTorchSharp(folder!, torchSharp);
    }

    private static NativeLoad LoadTorchSharp(string folder, string path)
    {
        var isPatched = false;
        var reason = DynamicLoader.Load(path, out var handle);
        if (reason is not null && OperatingSystem.IsLinux() && reason.Contains("GLIBCXX_3.4.32", StringComparison.Ordinal))
        {
            try
            {
                reason = PatchedLibrary.Load(path, out handle);
                isPatched = reason is null;
            }
            catch (InvalidDataException problem)
            {
                reason = $"{reason}; and it cannot be patched: {problem.Message}";
            }
        }

        Handles[TorchSharpLibrary] = handle;
        if (reason is null)
        {
            TorchThreads.Apply(handle);
        }

        return new NativeLoad(folder, path, isPatched, reason is null ? null : $"{path} does not load: {reason}");
    }

    // Where the runtime itself looks for the native assets of the program's packages.
    private static string? Locate(string name)
    {
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Append(AppContext.BaseDirectory)
            .Select(folder => Path.Join(folder, DynamicLoader.FileName(name)))
            .FirstOrDefault(File.Exists);
    }
}
