using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>The functions every template may call.</summary>
internal static class Functions
{
    public static void AddTo(Scope scope, RenderContext context, DateTimeOffset? now)
    {
        Add("range", args => Range(context, args));
        Add("namespace", args => Map(args, isNamespace: true));
        Add("dict", args => Map(args, isNamespace: false));
        Add("raise_exception", args => throw new LlmEfficiencyException(
            ErrorKind.Input, $"{context.Name}: the chat template refuses these messages: {Shown(context, args)}"));
        if (now is { } time)
        {
            Add("strftime_now", args => new JinjaText(
                TimeFormat.Write(time, TextOperations.Pattern(context, args.Get(0, "format"), isEmptyAllowed: true)),
                isContent: false));
        }

        void Add(string name, Func<CallArguments, object?> invoke) => scope.Set(name, new JinjaFunction(name, invoke));
    }

    private static string Shown(RenderContext context, CallArguments arguments)
    {
        var message = PythonText.Str(context, arguments.Get(0, "message")).Value.ReplaceLineEndings(" ");
        return message.Length > 500 ? message[..500] : message;
    }

    private static List<object?> Range(RenderContext context, CallArguments arguments)
    {
        var bounds = arguments.Positional.Select(bound => bound is long value
            ? value : throw context.Fail($"range needs integers, not {ValueTraits.TypeName(bound)}")).ToArray();
        var (start, stop, step) = bounds switch
        {
            [var only] => (0L, only, 1L),
            [var first, var end] => (first, end, 1L),
            [var first, var end, var by] when by != 0 => (first, end, by),
            _ => throw context.Fail("range needs one to three integers, the third not 0"),
        };
        var items = new List<object?>();
        for (Int128 at = start; step > 0 ? at < stop : at > stop; at += step)
        {
            context.Step();
            items.Add((long)at);
        }

        return items;
    }

    private static JinjaMap Map(CallArguments arguments, bool isNamespace)
    {
        var map = new JinjaMap { IsNamespace = isNamespace };
        foreach (var (key, value) in (arguments.Get(0, "") as JinjaMap)?.Entries ?? [])
        {
            map.Set(key, value);
        }

        foreach (var (name, value) in arguments.Named)
        {
            map.Set(name, value);
        }

        return map;
    }
}
