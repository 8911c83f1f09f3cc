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

    /// <summary>Gets whether <see cref="Watch"/> is to be called.</summary>
    bool Watches => false;

    /// <summary>Gets whether it is to be called for the prompt too, which costs the logits of all its tokens.</summary>
    bool WatchesPrompt => false;

    /// <summary>
    /// Shows what the model expects behind a token that it ran: one of the prompt (if <see cref="WatchesPrompt"/>), the last certain one, or a drafted one, right or wrong, in
    /// the order of the draft.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="logits">The logits of the token behind it, <c>[vocab]</c>; lent.</param>
    void Watch(int token, ReadOnlySpan<float> logits)
    {
    }
}
