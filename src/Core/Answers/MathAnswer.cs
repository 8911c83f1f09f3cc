namespace LlmEfficiency.Core.Answers;

/// <summary>
/// Finds and checks the answers to mathematical questions. Every input is bounded: an answer that is long, deep or huge
/// is compared as text.
/// </summary>
public static class MathAnswer
{
    private const int LongestFormula = 1000;

    /// <summary>Finds the answer in a response.</summary>
    /// <param name="response">Any text.</param>
    /// <returns>
    /// The first that there is of: the last closed <c>\boxed{…}</c>; the line behind the last <c>####</c>; what follows
    /// the last "answer is" or "answer:"; the last formula between dollar signs; the last number. Null without any.
    /// </returns>
    public static string? Extract(string response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return AnswerExtraction.Boxed(response)
            ?? AnswerExtraction.Marked(response)
            ?? AnswerExtraction.Announced(response)
            ?? AnswerExtraction.Formula(response)
            ?? AnswerExtraction.Number(response);
    }

    /// <summary>Returns the content of the last <c>\boxed{…}</c> whose braces close; null without one.</summary>
    /// <param name="response">Any text.</param>
    public static string? Boxed(string response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return AnswerExtraction.Boxed(response);
    }

    /// <summary>Tells whether two answers say the same, however they are written. Symmetric and reflexive.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="given">The answer to judge.</param>
    /// <param name="relativeTolerance">
    /// The difference of numbers, as a share of the larger one, that counts as none; 0 by default: fractions must be
    /// equal, and irrational numbers to eleven digits. Data whose references are rounded need about 0.01.
    /// </param>
    public static bool AreEquivalent(string expected, string given, double relativeTolerance = 0)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(given);
        if (expected == given)
        {
            return true;
        }

        if (expected.Length > LongestFormula || given.Length > LongestFormula)
        {
            return expected.AsSpan().Trim().SequenceEqual(given.AsSpan().Trim());
        }

        var (left, right) = (AnswerText.Clean(expected), AnswerText.Clean(given));
        if (left == right)
        {
            return true;
        }

        var comparison = new AnswerComparison(relativeTolerance);
        var (ours, theirs) = (Readings(left), Readings(right));
        return ours.Any(one => theirs.Any(other => comparison.AreEqual(one, other)))
            || AnswerText.Compact(left) == AnswerText.Compact(right);
    }

    /// <summary>Finds the answer in a response and compares it.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="response">Any text; without an answer it is wrong.</param>
    /// <param name="relativeTolerance">See <see cref="AreEquivalent"/>.</param>
    public static bool IsCorrect(string expected, string response, double relativeTolerance = 0) =>
        Extract(response) is { } given && AreEquivalent(expected, given, relativeTolerance);

    // A comma between three digits belongs to a number or separates two: both readings count.
    private static List<MathNode> Readings(string clean)
    {
        if (AnswerText.Words(clean) is { } words)
        {
            return [new MathNode.Word(words)];
        }

        var readings = new List<MathNode>();
        var lexer = new MathLexer(clean, groupsThousands: true);
        if (lexer.Read() is { } tokens && MathParser.Parse(tokens) is { } node)
        {
            readings.Add(node);
        }

        if (lexer.Grouped && new MathLexer(clean, groupsThousands: false).Read() is { } apart
            && MathParser.Parse(apart) is { } list)
        {
            readings.Add(list);
        }

        return readings;
    }
}
