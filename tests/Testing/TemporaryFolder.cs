namespace LlmEfficiency.Testing;

/// <summary>A folder that lives as long as a test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Gets the full path.</summary>
    public string FullPath { get; } = Directory.CreateTempSubdirectory("llmeff-test-").FullName;

    /// <summary>Returns the full path of a file in the folder.</summary>
    public string File(string name) => Path.Join(FullPath, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
