using System.Text;
using System.Text.RegularExpressions;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>
/// Cuts by a regular expression that came with a tokenizer: without backtracking where the expression allows it, else
/// with a limit on the time of one match. A code point outside the basic plane is shown to the expression as one
/// character of its kind.
/// </summary>
public sealed class RegexPreTokenizer : IPreTokenizer
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Regex _regex;

    /// <summary>Compiles an expression.</summary>
    /// <param name="pattern">The expression in .NET's language.</param>
    /// <param name="behavior">What becomes of a match.</param>
    /// <exception cref="ArgumentException">.NET does not understand the expression.</exception>
    public RegexPreTokenizer(string pattern, SplitBehavior behavior)
    {
        _regex = Compile(pattern);
        Behavior = behavior;
    }

    /// <summary>Gets the expression.</summary>
    public string Pattern => _regex.ToString();

    /// <summary>Gets what becomes of a match.</summary>
    public SplitBehavior Behavior { get; }

    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, IList<int> ends)
    {
        var shown = text.ContainsAnyInRange('\uD800', '\uDFFF') ? Flatten(text) : text;
        var first = ends.Count;
        try
        {
            foreach (var match in _regex.EnumerateMatches(shown))
            {
                if (match.Length > 0)
                {
                    AddEnd(ends, first, Behavior == SplitBehavior.MergedWithPrevious ? 0 : match.Index);
                    AddEnd(ends, first, Behavior == SplitBehavior.MergedWithNext ? 0 : match.Index + match.Length);
                }
            }
        }
        catch (RegexMatchTimeoutException problem)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"pre_tokenizer: the pattern {problem.Pattern} takes too long on this text", problem);
        }

        AddEnd(ends, first, shown.Length);
        if (shown.Length != text.Length)
        {
            Widen(text, ends, first);
        }
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Patience);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Patience); // it looks around or back
        }
    }

    private static void AddEnd(IList<int> ends, int first, int end)
    {
        if (end > (ends.Count > first ? ends[^1] : 0))
        {
            ends.Add(end);
        }
    }

    private static string Flatten(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder(text.Length);
        for (var (at, width) = (0, 0); at < text.Length; at += width)
        {
            (var kind, width) = CharacterClasses.At(text, at);
            shown.Append((kind, width) switch
            {
                (_, 1) => text[at],
                (CharacterClass.Letter, _) => '\u4E00',
                (CharacterClass.Number, _) => '\u0661',
                _ => '\u2603',
            });
        }

        return shown.ToString();
    }

    // offsets into the flattened text → offsets into the text
    private static void Widen(ReadOnlySpan<char> text, IList<int> ends, int first)
    {
        for (var (at, point) = (0, 0); first < ends.Count; point++)
        {
            at += CharacterClasses.At(text, at).Width;
            if (point + 1 == ends[first])
            {
                ends[first++] = at;
            }
        }
    }
}
