using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Filters that apply a filter or test to each item of a list.</summary>
internal static class SelectionFilters
{
    public static Dictionary<string, Filters.Filter> All { get; } = new(StringComparer.Ordinal)
    {
        ["map"] = Map,
        ["select"] = (c, v, a) => Select(c, v, a, hasAttribute: false, isKept: true),
        ["reject"] = (c, v, a) => Select(c, v, a, hasAttribute: false, isKept: false),
        ["selectattr"] = (c, v, a) => Select(c, v, a, hasAttribute: true, isKept: true),
        ["rejectattr"] = (c, v, a) => Select(c, v, a, hasAttribute: true, isKept: false),
    };

    private static List<object?> Map(RenderContext context, object? value, CallArguments arguments)
    {
        var items = Sequences.Items(context, value);
        if (arguments.Named.TryGetValue("attribute", out var attribute))
        {
            var otherwise = arguments.Named.TryGetValue("default", out var given) ? given : null;
            return items.Select(item => Members.Path(context, item, attribute) is var found && found is Undefined && otherwise is not null
                ? otherwise : found).ToList();
        }

        var name = TextOperations.Pattern(context, arguments.Get(0, "filter"), isEmptyAllowed: false);
        var rest = arguments.Skip(1);
        return items.Select(item => Filters.Apply(context, name, item, rest)).ToList();
    }

    private static List<object?> Select(
        RenderContext context, object? value, CallArguments arguments, bool hasAttribute, bool isKept)
    {
        var skipped = hasAttribute ? 1 : 0;
        var test = arguments.Positional.Count > skipped
            ? TextOperations.Pattern(context, arguments.Positional[skipped], isEmptyAllowed: false)
            : null;
        var rest = arguments.Skip(skipped + 1);
        return Sequences.Items(context, value).Where(item => Holds(item) == isKept).ToList();

        bool Holds(object? item)
        {
            context.Step();
            var tested = hasAttribute ? Members.Path(context, item, arguments.Get(0, "attr")) : item;
            return test is null ? ValueTraits.IsTrue(tested) : Tests.Holds(context, test, tested, rest);
        }
    }
}
