using System.Globalization;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>
/// What <c>a.b</c> and <c>a['b']</c> give: entries of maps, items of lists, the state of a loop. Nothing else is
/// reachable.
/// </summary>
internal static class Members
{
    public static object? Get(RenderContext context, object? target, string name) => target switch
    {
        JinjaMap map => map.TryGet(name, out var value) ? value : new Undefined(name),
        LoopState loop => loop.Get(name),
        Undefined undefined => throw context.Fail($"'{undefined.Name}' is undefined and has no member '{name}'"),
        _ => new Undefined(name),
    };

    public static object? Item(RenderContext context, object? target, object? key) => key switch
    {
        JinjaText name => Get(context, target, name.Value),
        long or bool when target is JinjaText or IReadOnlyList<object?> =>
            Sequences.At(context, target, ValueTraits.Integer(key)),
        _ when target is Undefined undefined => throw context.Fail($"'{undefined.Name}' is undefined and has no items"),
        _ => new Undefined(ValueTraits.TypeName(key)),
    };

    /// <summary>Follows a dotted path of members, as <c>map(attribute='a.b')</c> takes it.</summary>
    public static object? Path(RenderContext context, object? target, object? path)
    {
        if (path is not JinjaText text)
        {
            return Item(context, target, path);
        }

        foreach (var name in text.Value.Split('.'))
        {
            context.Step();
            target = long.TryParse(name, CultureInfo.InvariantCulture, out var index) && target is not JinjaMap
                ? Item(context, target, index)
                : Get(context, target, name);
        }

        return target;
    }
}
