using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Truth, equality and order of values.</summary>
internal static class ValueTraits
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined or false or 0L or 0.0 => false,
        JinjaText text => text.Length > 0,
        IReadOnlyList<object?> list => list.Count > 0,
        JinjaMap map => map.Count > 0 || map.IsNamespace,
        _ => true,
    };

    /// <summary>Returns the name of a value's type, for messages.</summary>
    public static string TypeName(object? value) => value switch
    {
        null => "none",
        Undefined undefined => $"undefined '{undefined.Name}'",
        bool => "boolean",
        long => "integer",
        double => "float",
        JinjaText => "string",
        IReadOnlyList<object?> => "list",
        JinjaMap => "map",
        _ => "function",
    };

    public static bool Equal(RenderContext context, object? left, object? right)
    {
        if (Number(left) is { } a && Number(right) is { } b)
        {
            return left is double || right is double ? a == b : Integer(left) == Integer(right);
        }

        return (left, right) switch
        {
            (null, null) or (Undefined, Undefined) => true,
            (JinjaText one, JinjaText other) => Charged(context, one) && one.Equals(other),
            (IReadOnlyList<object?> one, IReadOnlyList<object?> other) => EqualLists(context, one, other),
            (JinjaMap one, JinjaMap other) => EqualMaps(context, one, other),
            _ => ReferenceEquals(left, right),
        };
    }

    public static int Compare(RenderContext context, object? left, object? right)
    {
        context.Step();
        if (left is JinjaText a && right is JinjaText b)
        {
            context.Charge(a.Length);
            return string.CompareOrdinal(a.Value, b.Value);
        }

        return Number(left) is { } one && Number(right) is { } other
            ? left is double || right is double ? one.CompareTo(other) : Integer(left).CompareTo(Integer(right))
            : throw context.Fail($"{TypeName(left)} and {TypeName(right)} have no order");
    }

    public static bool Contains(RenderContext context, object? container, object? item)
    {
        switch (container)
        {
            case JinjaText text when item is JinjaText part:
                context.ChargeSearch(text.Length, part.Length);
                return text.Value.Contains(part.Value, StringComparison.Ordinal);
            case JinjaMap map:
                return item is JinjaText key && map.Contains(key.Value);
            case IReadOnlyList<object?> list:
                context.Step(list.Count);
                return list.Any(other => Equal(context, other, item));
            case Undefined:
                return false;
            default:
                throw context.Fail(
                    $"'in' needs a list, map or string, not {TypeName(container)} (for {TypeName(item)})");
        }
    }

    /// <summary>Returns a number or boolean as a float; nothing for other values.</summary>
    public static double? Number(object? value) => value switch
    {
        long integer => integer,
        double number => number,
        bool claim => claim ? 1 : 0,
        _ => null,
    };

    /// <summary>Returns an integer or boolean as an integer.</summary>
    public static long Integer(object? value) => value is bool claim ? (claim ? 1 : 0) : (long)value!;

    private static bool Charged(RenderContext context, JinjaText text)
    {
        context.Charge(text.Length);
        return true;
    }

    private static bool EqualLists(RenderContext context, IReadOnlyList<object?> one, IReadOnlyList<object?> other)
    {
        context.Enter();
        context.Step(one.Count);
        var isEqual = one.Count == other.Count && !one.Where((item, i) => !Equal(context, item, other[i])).Any();
        context.Leave();
        return isEqual;
    }

    private static bool EqualMaps(RenderContext context, JinjaMap one, JinjaMap other)
    {
        context.Enter();
        context.Step(one.Count);
        var isEqual = one.Count == other.Count
            && one.Entries.All(
                entry => other.TryGet(entry.Key.Value, out var value) && Equal(context, entry.Value, value));
        context.Leave();
        return isEqual;
    }
}
