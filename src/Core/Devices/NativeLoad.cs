namespace LlmEfficiency.Core.Devices;

/// <summary>How the native libraries of this process were found.</summary>
/// <param name="TorchFolder">The folder libtorch was loaded from; null when none was found.</param>
/// <param name="TorchSharpLibrary">TorchSharp's own library as packaged; null when none was found.</param>
/// <param name="IsPatched">
/// Whether a copy without the need of GCC 13's libstdc++ was loaded instead of the packaged file.
/// </param>
/// <param name="Problem">Null when all is loaded; else what the system's loader says, and a remedy.</param>
public sealed record NativeLoad(string? TorchFolder, string? TorchSharpLibrary, bool IsPatched, string? Problem);
