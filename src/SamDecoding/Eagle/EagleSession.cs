using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Eagle;

/// <summary>One request of an <see cref="EagleDrafter"/>.</summary>
/// <param name="context">What the head has read; the session disposes it.</param>
internal abstract class EagleSession(HeadContext context) : IDraftSession
{
    /// <inheritdoc/>
    public bool FollowsFeatures => true;

    /// <summary>Gets what the head has read.</summary>
    protected HeadContext Context => context;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<int> tokens) => context.Append(tokens);

    /// <inheritdoc/>
    public void Follow(int position, ReadOnlySpan<float> features) => context.Follow(position, features);

    /// <inheritdoc/>
    public void Draft(DraftTree tree, int limit)
    {
        ArgumentNullException.ThrowIfNull(tree);
        if (context.CatchUp() is { } logits)
        {
            Draft(tree, limit, logits[0]);
            tree.Source = "head";
        }

        context.Forget();
    }

    /// <inheritdoc/>
    public void Dispose() => context.Dispose();

    /// <summary>Drafts.</summary>
    /// <param name="tree">Empty; filled.</param>
    /// <param name="limit">How many tokens at most.</param>
    /// <param name="logits">The logits of the token behind the context, <c>[vocab]</c>; lent until the head reads on.</param>
    protected abstract void Draft(DraftTree tree, int limit, ReadOnlySpan<float> logits);
}
