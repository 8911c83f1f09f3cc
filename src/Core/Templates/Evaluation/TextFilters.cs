using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Filters that make text.</summary>
internal static class TextFilters
{
    public static Dictionary<string, Filters.Filter> All { get; } = new(StringComparer.Ordinal)
    {
        ["string"] = (c, v, _) => PythonText.Str(c, v),
        ["safe"] = (c, v, _) => PythonText.Str(c, v),
        ["trim"] = (c, v, a) => TextOperations.Strip(c, PythonText.Str(c, v), a.Get(0, "chars")),
        ["upper"] = (c, v, _) => TextOperations.Recase(c, PythonText.Str(c, v), s => s.ToUpperInvariant()),
        ["lower"] = (c, v, _) => TextOperations.Recase(c, PythonText.Str(c, v), s => s.ToLowerInvariant()),
        ["title"] = (c, v, _) => TextOperations.Recase(c, PythonText.Str(c, v), TextOperations.Title),
        ["capitalize"] = (c, v, _) => TextOperations.Recase(c, PythonText.Str(c, v), TextOperations.Capitalize),
        ["replace"] = (c, v, a) =>
            TextOperations.Replace(
                c, PythonText.Str(c, v), a.Get(0, "old"), a.Get(1, "new"), a.Get(2, "count") as long? ?? -1),
        ["indent"] = Indent,
        ["tojson"] = (c, v, a) => JsonText.Write(c, v, a),
        ["escape"] = Escape,
        ["e"] = Escape,
    };

    private static JinjaText Indent(RenderContext context, object? value, CallArguments arguments)
    {
        var width = arguments.Get(0, "width", 4L) switch
        {
            long count => new string(' ', (int)Math.Clamp(count, 0, 1000)),
            JinjaText text => text.Value,
            var other => throw context.Fail(
                $"the width of indent must be an integer, not {ValueTraits.TypeName(other)}"),
        };
        var result = new TextBuilder(context);
        var lines = TextOperations.Split(
            context, PythonText.Str(context, value), new JinjaText("\n", isContent: false), -1);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = (JinjaText)lines[i]!;
            var isIndented = i == 0
                ? ValueTraits.IsTrue(arguments.Get(1, "first"))
                : line.Length > 0 || ValueTraits.IsTrue(arguments.Get(2, "blank"));
            result.Template(i > 0 ? "\n" : "");
            result.Template(isIndented ? width : "");
            result.Append(line);
        }

        return result.ToText();
    }

    private static JinjaText Escape(RenderContext context, object? value, CallArguments arguments)
    {
        var text = PythonText.Str(context, value);
        var result = new TextBuilder(context);
        for (var i = 0; i < text.Length; i++)
        {
            var escaped = text.Value[i] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&#34;",
                '\'' => "&#39;",
                var letter => letter.ToString(),
            };
            result.Append(escaped, text.IsContent(i));
        }

        return result.ToText();
    }
}
