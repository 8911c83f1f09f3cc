namespace LlmEfficiency.Core.Answers;

/// <summary>What two texts may differ in and still match. By default only in the space around them.</summary>
public sealed record ExactMatchOptions
{
    /// <summary>Gets the options of question answering: case, punctuation and English articles do not count.</summary>
    public static ExactMatchOptions QuestionAnswering { get; } =
        new() { IgnoresCase = true, IgnoresPunctuation = true, IgnoresArticles = true };

    /// <summary>Gets whether upper and lower case are one.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>Gets whether punctuation counts as nothing.</summary>
    public bool IgnoresPunctuation { get; init; }

    /// <summary>Gets whether the words a, an and the are left out.</summary>
    public bool IgnoresArticles { get; init; }

    /// <summary>Gets whether a run of white space is one space. Default true.</summary>
    public bool CollapsesSpace { get; init; } = true;
}
