using System.Runtime.CompilerServices;

namespace LlmEfficiency.Testing;

/// <summary>Where this project's files lie.</summary>
public static class Repository
{
    /// <summary>Gets the folder of the solution.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Join(Path.GetDirectoryName(Here()), "..", ".."));

    private static string Here([CallerFilePath] string path = "") => path;
}
