namespace LlmEfficiency.Core.Speculation;

/// <summary>A source of drafts; it may learn from one request for the next. Sessions end before it.</summary>
public interface IDrafter : IDisposable
{
    /// <summary>Begins a request.</summary>
    /// <param name="prompt">The prompt's tokens.</param>
    IDraftSession Open(ReadOnlySpan<int> prompt);
}
