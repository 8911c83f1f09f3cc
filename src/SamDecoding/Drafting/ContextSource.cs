namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// A text in which a request looks for its context, for drafting trees. It keeps the longest suffix of the context that the
/// text holds, and that of every drafted path; one of them at a time is looked at, and may be made shorter.
/// </summary>
internal abstract class ContextSource
{
    /// <summary>Gets the source's name, for statistics.</summary>
    public abstract string Name { get; }

    /// <summary>Gets what was learned of such sources.</summary>
    public abstract EscapeTable Escapes { get; }

    /// <summary>Gets the length of the suffix that is looked at; 0 for none.</summary>
    public abstract int Length { get; }

    /// <summary>Reads a certain token of the context.</summary>
    public abstract void Append(int token);

    /// <summary>Forgets the drafted paths.</summary>
    public abstract void Clear();

    /// <summary>Adds a drafted path: one that was added before, or the context, and a token.</summary>
    /// <param name="path">The index of the shorter path, or <see cref="Core.Speculation.DraftTree.Context"/>.</param>
    /// <param name="token">The token.</param>
    public abstract void Extend(int path, int token);

    /// <summary>Looks at the longest suffix of a path.</summary>
    public abstract void LookAt(int path);

    /// <summary>Goes on to the longest shorter suffix that is followed by more.</summary>
    public abstract void Shorten();

    /// <summary>Adds the tokens that follow the suffix, and how often.</summary>
    public abstract void AddFollowers(List<Follower> followers);
}
