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

    /// <summary>Gets whether <see cref="Follow"/> is to be called.</summary>
    bool FollowsFeatures => false;

    /// <summary>
    /// Shows the features of a certain token that the model ran: those of the prompt in its order, but for a beginning that was cached before, and then
    /// of the answer.
    /// </summary>
    /// <param name="position">The token's place in prompt and answer, from 0.</param>
    /// <param name="features">What the output matrix read of it, <c>[hidden]</c>; lent.</param>
    void Follow(int position, ReadOnlySpan<float> features)
    {
    }
}
