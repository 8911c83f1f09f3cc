using LlmEfficiency.Core.Templates.Syntax;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Cutting and replacing in texts; every character keeps its origin.</summary>
internal static class TextOperations
{
    public static JinjaText Strip(
        RenderContext context, JinjaText text, object? characters, bool left = true, bool right = true)
    {
        context.Charge(text.Length);
        var set = (characters as JinjaText)?.Value;
        var (start, end) = (0, text.Length);
        while (left && start < end && IsStripped(text.Value[start], set))
        {
            start++;
        }

        while (right && end > start && IsStripped(text.Value[end - 1], set))
        {
            end--;
        }

        return text.Slice(start, end - start);
    }

    public static List<object?> Split(RenderContext context, JinjaText text, object? separator, long limit)
    {
        if (separator is null)
        {
            return SplitAtSpace(context, text, limit);
        }

        var mark = Pattern(context, separator, isEmptyAllowed: false);
        context.ChargeSearch(text.Length, mark.Length);
        var parts = new List<object?>();
        var start = 0;
        for (int at; limit != 0 && (at = text.Value.IndexOf(mark, start, StringComparison.Ordinal)) >= 0; limit--)
        {
            context.Step();
            parts.Add(text.Slice(start, at - start));
            start = at + mark.Length;
        }

        parts.Add(text.Slice(start, text.Length - start));
        return parts;
    }

    public static List<object?> SplitFromRight(RenderContext context, JinjaText text, object? separator, long limit)
    {
        var parts = Split(context, text, separator, -1);
        if (limit < 0 || parts.Count <= limit + 1 || separator is null)
        {
            return parts;
        }

        var kept = parts.Skip(parts.Count - (int)limit).ToList();
        var mark = ((JinjaText)separator).Length;
        var tail = kept.Sum(part => ((JinjaText)part!).Length + mark);
        return [text.Slice(0, text.Length - tail), .. kept];
    }

    public static JinjaText Replace(RenderContext context, JinjaText text, object? old, object? replacement, long limit)
    {
        if (replacement is not JinjaText fresh)
        {
            throw context.Fail($"replace needs a string, not {ValueTraits.TypeName(replacement)}");
        }

        var mark = Pattern(context, old, isEmptyAllowed: false);
        context.ChargeSearch(text.Length, mark.Length);
        var result = new TextBuilder(context);
        var start = 0;
        for (int at; limit != 0 && (at = text.Value.IndexOf(mark, start, StringComparison.Ordinal)) >= 0; limit--)
        {
            result.Append(text.Slice(start, at - start));
            result.Append(fresh);
            start = at + mark.Length;
        }

        result.Append(text.Slice(start, text.Length - start));
        return result.ToText();
    }

    /// <summary>Changes letters one by one (<c>upper</c>, <c>title</c>): lengths and origins stay.</summary>
    public static JinjaText Recase(RenderContext context, JinjaText text, Func<string, string> change)
    {
        context.Charge(text.Length);
        return text.WithValue(change(text.Value));
    }

    /// <summary>Makes each letter that follows no letter a capital and the others small.</summary>
    public static string Title(string text) => string.Create(text.Length, text, (letters, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            var isInWord = i > 0 && char.IsLetter(source[i - 1]);
            letters[i] = isInWord ? char.ToLowerInvariant(source[i]) : char.ToUpperInvariant(source[i]);
        }
    });

    public static string Capitalize(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    public static string Pattern(RenderContext context, object? value, bool isEmptyAllowed) =>
        value is JinjaText text && (isEmptyAllowed || text.Length > 0)
            ? text.Value
            : throw context.Fail(value is JinjaText ? "the text to look for is empty" : $"a string is needed, not {ValueTraits.TypeName(value)}");

    private static bool IsStripped(char letter, string? set) =>
        set is null ? PythonSpace.Is(letter) : set.Contains(letter, StringComparison.Ordinal);

    private static List<object?> SplitAtSpace(RenderContext context, JinjaText text, long limit)
    {
        context.Charge(text.Length);
        var parts = new List<object?>();
        var at = SkipSpace(text.Value, 0);
        while (at < text.Length && limit-- != 0)
        {
            context.Step();
            var start = at;
            while (at < text.Length && !PythonSpace.Is(text.Value[at]))
            {
                at++;
            }

            parts.Add(text.Slice(start, at - start));
            at = SkipSpace(text.Value, at);
        }

        if (at < text.Length)
        {
            parts.Add(text.Slice(at, text.Length - at));
        }

        return parts;
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && PythonSpace.Is(text[at]))
        {
            at++;
        }

        return at;
    }
}
