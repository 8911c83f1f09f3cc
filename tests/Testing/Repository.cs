namespace LlmEfficiency.Testing;

/// <summary>Where this project's files lie.</summary>
public static class Repository
{
    /// <summary>Gets the folder of the solution, which holds the folder the tests are built into.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string? folder) =>
        folder is null ? throw new InvalidOperationException($"{AppContext.BaseDirectory} does not lie in the project's folder")
        : File.Exists(Path.Join(folder, "LlmEfficiency.sln")) ? folder : Find(Path.GetDirectoryName(folder));
}
