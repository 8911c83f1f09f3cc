using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>What may stand after <c>is</c>.</summary>
internal static class Tests
{
    private delegate bool Test(RenderContext context, object? value, object? argument);

    private static readonly Dictionary<string, Test> All = new(StringComparer.Ordinal)
    {
        ["defined"] = (_, v, _) => v is not Undefined,
        ["undefined"] = (_, v, _) => v is Undefined,
        ["none"] = (_, v, _) => v is null,
        ["string"] = (_, v, _) => v is JinjaText,
        ["mapping"] = (_, v, _) => v is JinjaMap,
        ["sequence"] = (_, v, _) => IsIterable(v),
        ["iterable"] = (_, v, _) => IsIterable(v) || v is Undefined,
        ["number"] = (_, v, _) => v is long or double or bool,
        ["integer"] = (_, v, _) => v is long,
        ["float"] = (_, v, _) => v is double,
        ["boolean"] = (_, v, _) => v is bool,
        ["true"] = (_, v, _) => v is true,
        ["false"] = (_, v, _) => v is false,
        ["callable"] = (_, v, _) => v is JinjaFunction,
        ["lower"] = (_, v, _) => v is JinjaText t && !t.Value.Any(char.IsUpper) && t.Value.Any(char.IsLower),
        ["upper"] = (_, v, _) => v is JinjaText t && !t.Value.Any(char.IsLower) && t.Value.Any(char.IsUpper),
        ["odd"] = (c, v, _) => Remainder(c, v, 2L) is 1L,
        ["even"] = (c, v, _) => Remainder(c, v, 2L) is 0L,
        ["divisibleby"] = (c, v, a) => Remainder(c, v, a) is 0L,
        ["in"] = (c, v, a) => ValueTraits.Contains(c, a, v),
        ["equalto"] = ValueTraits.Equal,
        ["eq"] = ValueTraits.Equal,
        ["=="] = ValueTraits.Equal,
        ["sameas"] = (_, v, a) => ReferenceEquals(v, a) || (v is bool && v.Equals(a)),
        ["ne"] = (c, v, a) => !ValueTraits.Equal(c, v, a),
        ["!="] = (c, v, a) => !ValueTraits.Equal(c, v, a),
        ["lt"] = (c, v, a) => ValueTraits.Compare(c, v, a) < 0,
        ["lessthan"] = (c, v, a) => ValueTraits.Compare(c, v, a) < 0,
        ["le"] = (c, v, a) => ValueTraits.Compare(c, v, a) <= 0,
        ["gt"] = (c, v, a) => ValueTraits.Compare(c, v, a) > 0,
        ["greaterthan"] = (c, v, a) => ValueTraits.Compare(c, v, a) > 0,
        ["ge"] = (c, v, a) => ValueTraits.Compare(c, v, a) >= 0,
    };

    public static bool Holds(RenderContext context, string name, object? value, CallArguments arguments)
    {
        if (!All.TryGetValue(name, out var test))
        {
            throw context.Fail($"the test 'is {name}' is not known here");
        }

        context.Charge((value as JinjaText)?.Length ?? 0);
        return test(context, value, arguments.Get(0, "other"));
    }

    private static bool IsIterable(object? value) => value is JinjaText or JinjaMap or IReadOnlyList<object?>;

    private static object? Remainder(RenderContext context, object? value, object? divisor) =>
        Operators.Binary(context, "%", value, divisor);
}
