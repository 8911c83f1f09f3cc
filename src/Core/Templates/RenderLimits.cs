namespace LlmEfficiency.Core.Templates;

/// <summary>What a template may use up; templates come from strangers.</summary>
public sealed record RenderLimits
{
    /// <summary>Gets the limits for templates of real models, which use a few thousand steps.</summary>
    public static RenderLimits Default { get; } = new();

    /// <summary>
    /// Gets the number of steps: one for each evaluated node and each list item, one for 64 characters copied.
    /// </summary>
    public int Steps { get; init; } = 1_000_000;

    /// <summary>Gets the length of the prompt, and of any text on the way, in characters.</summary>
    public int TextLength { get; init; } = 1 << 24;

    /// <summary>Gets the length of a text or list made by repetition (<c>'-' * 80</c>).</summary>
    public int Repetition { get; init; } = 1 << 20;

    /// <summary>Gets how deep expressions, macro calls and values may nest.</summary>
    public int Depth { get; init; } = 200;
}
