using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>The methods that templates call on strings and maps. None changes its object.</summary>
internal static class Methods
{
    private delegate object? TextMethod(RenderContext context, JinjaText text, CallArguments arguments);

    private delegate object? MapMethod(RenderContext context, JinjaMap map, CallArguments arguments);

    private static readonly Dictionary<string, TextMethod> OfText = new(StringComparer.Ordinal)
    {
        ["strip"] = (c, t, a) => TextOperations.Strip(c, t, a.Get(0, "chars")),
        ["lstrip"] = (c, t, a) => TextOperations.Strip(c, t, a.Get(0, "chars"), right: false),
        ["rstrip"] = (c, t, a) => TextOperations.Strip(c, t, a.Get(0, "chars"), left: false),
        ["split"] = (c, t, a) => TextOperations.Split(c, t, a.Get(0, "sep"), Count(c, a, 1, "maxsplit")),
        ["rsplit"] = (c, t, a) => TextOperations.SplitFromRight(c, t, a.Get(0, "sep"), Count(c, a, 1, "maxsplit")),
        ["splitlines"] = (c, t, _) => Lines(c, t),
        ["replace"] = (c, t, a) => TextOperations.Replace(
            c, t, a.Get(0, "old"), a.Get(1, "new"), Count(c, a, 2, "count")),
        ["upper"] = (c, t, _) => TextOperations.Recase(c, t, s => s.ToUpperInvariant()),
        ["lower"] = (c, t, _) => TextOperations.Recase(c, t, s => s.ToLowerInvariant()),
        ["title"] = (c, t, _) => TextOperations.Recase(c, t, TextOperations.Title),
        ["capitalize"] = (c, t, _) => TextOperations.Recase(c, t, TextOperations.Capitalize),
        ["startswith"] = (c, t, a) => Any(c, a, part => t.Value.StartsWith(part, StringComparison.Ordinal)),
        ["endswith"] = (c, t, a) => Any(c, a, part => t.Value.EndsWith(part, StringComparison.Ordinal)),
        ["find"] = (c, t, a) => Find(c, t, a, s => t.Value.IndexOf(s, StringComparison.Ordinal)),
        ["rfind"] = (c, t, a) => Find(c, t, a, s => t.Value.LastIndexOf(s, StringComparison.Ordinal)),
        ["count"] = (c, t, a) => TextOperations.Split(c, t, a.Get(0, "sub") ?? JinjaText.Empty, -1).Count - 1L,
        ["join"] = (c, t, a) => ListFilters.Join(c, a.Get(0, "iterable"), t),
        ["isdigit"] = (c, t, _) => t.Length > 0 && t.Value.All(char.IsDigit),
        ["isspace"] = (c, t, _) => t.Length > 0 && t.Value.All(Syntax.PythonSpace.Is),
    };

    private static readonly Dictionary<string, MapMethod> OfMap = new(StringComparer.Ordinal)
    {
        ["items"] = (c, m, _) => Entries(c, m),
        ["keys"] = (c, m, _) => Sequences.Items(c, m),
        ["values"] = (c, m, _) => Values(c, m),
        ["get"] = (c, m, a) =>
            a.Get(0, "key") is JinjaText key && m.TryGet(key.Value, out var value) ? value : a.Get(1, "default"),
        ["copy"] = (_, m, _) => m,
    };

    /// <summary>Calls a method, if the value has one of that name.</summary>
    public static bool TryCall(
        RenderContext context, object? target, string name, CallArguments arguments, out object? result)
    {
        result = null;
        if (target is JinjaText text && OfText.TryGetValue(name, out var textMethod))
        {
            context.Charge(text.Length);
            result = textMethod(context, text, arguments);
            return true;
        }

        if (target is JinjaMap map && OfMap.TryGetValue(name, out var mapMethod))
        {
            result = mapMethod(context, map, arguments);
            return true;
        }

        return false;
    }

    public static List<object?> Entries(RenderContext context, JinjaMap map)
    {
        context.Step(map.Count);
        return [.. map.Entries.Select(entry => (object?)new List<object?> { entry.Key, entry.Value })];
    }

    private static List<object?> Values(RenderContext context, JinjaMap map)
    {
        context.Step(map.Count);
        return [.. map.Entries.Select(entry => entry.Value)];
    }

    private static long Count(RenderContext context, CallArguments arguments, int index, string name) =>
        arguments.Get(index, name, -1L) switch
        {
            long count => count,
            var other => throw context.Fail($"{name} must be an integer, not {ValueTraits.TypeName(other)}"),
        };

    private static bool Any(RenderContext context, CallArguments arguments, Func<string, bool> fits) =>
        arguments.Get(0, "prefix") is IReadOnlyList<object?> list
            ? list.Any(part => fits(TextOperations.Pattern(context, part, isEmptyAllowed: true)))
            : fits(TextOperations.Pattern(context, arguments.Get(0, "prefix"), isEmptyAllowed: true));

    private static long Find(RenderContext context, JinjaText text, CallArguments arguments, Func<string, int> find)
    {
        var part = TextOperations.Pattern(context, arguments.Get(0, "sub"), isEmptyAllowed: true);
        context.ChargeSearch(text.Length, part.Length);
        return find(part);
    }

    private static List<object?> Lines(RenderContext context, JinjaText text)
    {
        var lines = TextOperations.Split(context, text, new JinjaText("\n", isContent: false), -1);
        if (lines[^1] is JinjaText { Length: 0 })
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }
}
