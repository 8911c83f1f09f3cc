using Xunit;

namespace LlmEfficiency.Testing;

/// <summary>Real data and models that lie beside the project, not in it. A test that needs them is skipped without them.</summary>
public static class SharedData
{
    private static readonly string Folder =
        Environment.GetEnvironmentVariable("LLMEFF_TEST_DATA") ?? Path.Join(Repository.Root, "..", "shared", "data");

    /// <summary>Returns the full path of a file or folder, or skips the running test.</summary>
    /// <param name="relative">The path below the data folder, with forward slashes.</param>
    public static string Require(string relative)
    {
        Assert.SkipUnless(Find(relative) is not null, $"needs {PathOf(relative)} (LLMEFF_TEST_DATA names another folder)");
        return PathOf(relative);
    }

    /// <summary>Returns the full path of a file or folder, or null if it is not there.</summary>
    /// <param name="relative">The path below the data folder, with forward slashes.</param>
    public static string? Find(string relative) =>
        PathOf(relative) is var path && (File.Exists(path) || Directory.Exists(path)) ? path : null;

    private static string PathOf(string relative) => Path.GetFullPath(Path.Join(Folder, relative));
}
