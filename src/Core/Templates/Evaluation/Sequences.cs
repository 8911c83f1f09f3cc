using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Values as lists of items: iteration, indexing and slices. Strings count in code points.</summary>
internal static class Sequences
{
    /// <summary>Returns the items that a loop over a value visits.</summary>
    public static IReadOnlyList<object?> Items(RenderContext context, object? value)
    {
        switch (value)
        {
            case IReadOnlyList<object?> list:
                context.Step(list.Count);
                return list;
            case JinjaMap map:
                context.Step(map.Count);
                return [.. map.Entries.Select(entry => (object?)entry.Key)];
            case JinjaText text:
                context.Step(text.Length);
                return CodePoints(text);
            case Undefined:
                return [];
            default:
                throw context.Fail($"{ValueTraits.TypeName(value)} is no list, map or string");
        }
    }

    public static long Length(RenderContext context, object? value) => value switch
    {
        JinjaText text => text.Value.Any(char.IsSurrogate) ? CodePoints(text).Count : text.Length,
        JinjaMap map => map.Count,
        _ => Items(context, value).Count,
    };

    public static object? At(RenderContext context, object? target, long index)
    {
        if (target is JinjaText text && !text.Value.Any(char.IsSurrogate))
        {
            context.Charge(text.Length);
            index += index < 0 ? text.Length : 0;
            return index >= 0 && index < text.Length ? text.Slice((int)index, 1) : new Undefined("string index");
        }

        var items = Items(context, target);
        index += index < 0 ? items.Count : 0;
        return index >= 0 && index < items.Count ? items[(int)index] : new Undefined("list index");
    }

    public static object? Slice(RenderContext context, object? target, long? start, long? stop, long step)
    {
        if (step == 0)
        {
            throw context.Fail("the step of a slice is 0");
        }

        if (target is JinjaText text)
        {
            context.Charge(text.Length);
            if (step == 1 && !text.Value.Any(char.IsSurrogate))
            {
                var (from, to) = Bounds(text.Length, start, stop, step);
                return text.Slice(from, Math.Max(0, to - from));
            }
        }

        var items = Items(context, target);
        var (first, end) = Bounds(items.Count, start, stop, step);
        var picked = new List<object?>();
        for (long at = first; step > 0 ? at < end : at > end; at += step)
        {
            picked.Add(items[(int)at]);
        }

        return target is JinjaText ? Join(context, picked) : picked;
    }

    public static JinjaText Join(RenderContext context, IEnumerable<object?> parts)
    {
        var text = new TextBuilder(context);
        foreach (var part in parts)
        {
            text.Append((JinjaText)part!);
        }

        return text.ToText();
    }

    private static (int First, int End) Bounds(int count, long? start, long? stop, long step)
    {
        var (low, high) = step > 0 ? (0L, (long)count) : (-1L, count - 1L);
        return ((int)Place(start, step > 0 ? low : high), (int)Place(stop, step > 0 ? high : low));

        long Place(long? given, long otherwise) =>
            given is null ? otherwise : Math.Clamp(
                given < 0 ? given.Value + count : given.Value, low, Math.Max(low, high));
    }

    private static List<object?> CodePoints(JinjaText text)
    {
        var points = new List<object?>(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var length = at + 1 < text.Length && char.IsSurrogatePair(text.Value, at) ? 2 : 1;
            points.Add(text.Slice(at, length));
            at += length;
        }

        return points;
    }
}
