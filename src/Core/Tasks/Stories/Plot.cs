namespace LlmEfficiency.Core.Tasks.Stories;

/// <summary>
/// A kind of story: what happens, in beats of which one wording each is told. An empty wording leaves the beat out.
/// Words in
/// braces are filled from a <see cref="StoryCast"/>.
/// </summary>
internal sealed record Plot
{
    public required string Name { get; init; }

    /// <summary>Gets what the hero does, after "who", as a request for this story says it.</summary>
    public required string Premise { get; init; }

    /// <summary>Gets the things that this can happen to.</summary>
    public required string[] Things { get; init; }

    /// <summary>Gets what happens before the outcome is known.</summary>
    public required string[][] Beats { get; init; }

    /// <summary>Gets how it turns out well.</summary>
    public required string[][] Happy { get; init; }

    /// <summary>Gets how it does not turn out well.</summary>
    public required string[][] Sad { get; init; }

    /// <summary>Gets the last sentences after a happy outcome; each names the hero and the thing.</summary>
    public required string[] HappyEndings { get; init; }

    /// <summary>Gets the last sentences after a sad outcome; each names the hero and the thing.</summary>
    public required string[] SadEndings { get; init; }
}
