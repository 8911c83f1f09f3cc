using System.Runtime.ExceptionServices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Filters over lists.</summary>
internal static class ListFilters
{
    public static Dictionary<string, Filters.Filter> All { get; } = new(StringComparer.Ordinal)
    {
        ["first"] = (c, v, _) => Sequences.Items(c, v) is [var first, ..] ? first : new Undefined("first item"),
        ["last"] = (c, v, _) => Sequences.Items(c, v) is [.., var last] ? last : new Undefined("last item"),
        ["list"] = (c, v, _) => Sequences.Items(c, v),
        ["items"] = (c, v, _) => v switch
        {
            JinjaMap map => Methods.Entries(c, map),
            Undefined => new List<object?>(),
            _ => throw c.Fail($"items needs a map, not {ValueTraits.TypeName(v)}"),
        },
        ["dictsort"] = (c, v, _) => v is JinjaMap map
            ? Methods.Entries(c, map).OrderBy(e => Key(((List<object?>)e!)[0]), StringComparer.OrdinalIgnoreCase).ToList()
            : throw c.Fail($"dictsort needs a map, not {ValueTraits.TypeName(v)}"),
        ["join"] = (c, v, a) => Join(
            c,
            a.Has(1, "attribute")
                ? Sequences.Items(c, v).Select(i => Members.Path(c, i, a.Get(1, "attribute"))).ToList()
                : v,
            PythonText.Str(c, a.Get(0, "d", JinjaText.Empty))),
        ["reverse"] = (c, v, _) => Sequences.Slice(c, v, null, null, -1),
        ["sort"] = Sort,
        ["unique"] = Unique,
        ["sum"] = Sum,
        ["min"] = (c, v, a) => Extreme(c, v, a, -1),
        ["max"] = (c, v, a) => Extreme(c, v, a, 1),
    };

    public static JinjaText Join(RenderContext context, object? value, JinjaText separator)
    {
        var text = new TextBuilder(context);
        var items = Sequences.Items(context, value);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i > 0 ? separator : JinjaText.Empty);
            text.Append(PythonText.Str(context, items[i]));
        }

        return text.ToText();
    }

    private static string Key(object? key) => ((JinjaText)key!).Value;

    private static List<object?> Sort(RenderContext context, object? value, CallArguments arguments)
    {
        var isCased = ValueTraits.IsTrue(arguments.Get(1, "case_sensitive"));
        var keyed = Sequences.Items(context, value)
            .Select(item => (Item: item, Key: SortKey(context, item, arguments.Get(2, "attribute"), isCased))).ToList();
        var order = Comparer<object?>.Create((a, b) => ValueTraits.Compare(context, a, b));
        var sorted = ValueTraits.IsTrue(arguments.Get(0, "reverse"))
            ? keyed.OrderByDescending(pair => pair.Key, order)
            : keyed.OrderBy(pair => pair.Key, order);
        try
        {
            return sorted.Select(pair => pair.Item).ToList();
        }
        catch (InvalidOperationException problem) when (problem.InnerException is LlmEfficiencyException refusal)
        {
            ExceptionDispatchInfo.Throw(refusal); // sorting wraps what its comparer throws
            throw;
        }
    }

    private static object? SortKey(RenderContext context, object? item, object? attribute, bool isCased)
    {
        var key = attribute is null ? item : Members.Path(context, item, attribute);
        return key is JinjaText text && !isCased ? text.WithValue(text.Value.ToLowerInvariant()) : key;
    }

    private static List<object?> Unique(RenderContext context, object? value, CallArguments arguments)
    {
        var isCased = ValueTraits.IsTrue(arguments.Get(0, "case_sensitive"));
        var kept = new List<object?>();
        var keys = new List<object?>();
        foreach (var item in Sequences.Items(context, value))
        {
            var key = SortKey(context, item, arguments.Get(1, "attribute"), isCased);
            if (!ValueTraits.Contains(context, keys, key))
            {
                keys.Add(key);
                kept.Add(item);
            }
        }

        return kept;
    }

    private static object? Sum(RenderContext context, object? value, CallArguments arguments) =>
        Sequences.Items(context, value).Aggregate(
            arguments.Get(1, "start", 0L),
            (sum, item) => Operators.Binary(
                context, "+", sum, arguments.Has(0, "attribute")
                    ? Members.Path(context, item, arguments.Get(0, "attribute"))
                    : item));

    private static object? Extreme(RenderContext context, object? value, CallArguments arguments, int sign)
    {
        var items = Sequences.Items(context, value);
        if (items.Count == 0)
        {
            return new Undefined("item of an empty list");
        }

        var (isCased, attribute) = (
            ValueTraits.IsTrue(arguments.Get(0, "case_sensitive")), arguments.Get(1, "attribute"));
        return items.Aggregate((best, item) => sign * ValueTraits.Compare(
            context, SortKey(context, item, attribute, isCased), SortKey(context, best, attribute, isCased)) > 0 ? item : best);
    }
}
