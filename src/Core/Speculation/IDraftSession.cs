namespace LlmEfficiency.Core.Speculation;

/// <summary>Drafts for one request. Disposing it ends the request; its answer may then serve others.</summary>
public interface IDraftSession : IDisposable
{
    /// <summary>Adds certain tokens of the answer to the context.</summary>
    void Append(ReadOnlySpan<int> tokens);

    /// <summary>Drafts what may follow the context; nothing if the source knows nothing.</summary>
    /// <param name="tree">Empty; filled.</param>
    /// <param name="limit">How many tokens at most.</param>
    void Draft(DraftTree tree, int limit);
}
