namespace LlmEfficiency.Core.Evaluation;

/// <summary>A stretch of a document that the model sees at once.</summary>
/// <param name="Start">The first token that it sees.</param>
/// <param name="Score">The first token that is scored here, after <paramref name="Start"/>.</param>
/// <param name="End">Behind the last one.</param>
public readonly record struct DocumentWindow(int Start, int Score, int End)
{
    /// <summary>Gets whether this is the document's first window.</summary>
    public bool IsFirst => Start == 0 && Score == 1;

    /// <summary>Covers a document, so that every token but the first is scored exactly once.</summary>
    /// <param name="length">The document's tokens; one token or none has no window.</param>
    /// <param name="window">The most tokens of a window, at least two.</param>
    /// <param name="stride">How many tokens each further window scores, less than <paramref name="window"/>.</param>
    public static IEnumerable<DocumentWindow> Cover(int length, int window, int stride)
    {
        for (var score = 1; score < length;)
        {
            var end = Math.Min(length, score == 1 ? window : score + stride);
            yield return new DocumentWindow(Math.Max(0, end - window), score, end);
            score = end;
        }
    }
}
