namespace LlmEfficiency.Cli.Rendering;

/// <summary>Passes progress on at once, on the thread that reports it.</summary>
/// <param name="show">What is done with it.</param>
internal sealed class LineProgress<T>(Action<T> show) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => show(value);
}
