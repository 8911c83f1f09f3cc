using System.Globalization;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>
/// The filter <c>tojson</c>: ", " and ": " between parts, no escapes for characters beyond ASCII, none for HTML.
/// </summary>
internal sealed class JsonText
{
    private readonly RenderContext _context;
    private readonly TextBuilder _text;
    private readonly string? _indent;
    private readonly string _itemSeparator;
    private readonly string _keySeparator;
    private readonly bool _isSorted;

    private JsonText(RenderContext context, CallArguments arguments)
    {
        (_context, _text) = (context, new TextBuilder(context));
        _indent = arguments.Get(0, "indent") switch
        {
            long width => new string(' ', (int)Math.Clamp(width, 0, 16)),
            JinjaText text => text.Value,
            _ => null,
        };
        var separators = arguments.Get(int.MaxValue, "separators") as IReadOnlyList<object?>;
        _itemSeparator = Separator(separators, 0) ?? (_indent is null ? ", " : ",");
        _keySeparator = Separator(separators, 1) ?? ": ";
        _isSorted = ValueTraits.IsTrue(arguments.Get(int.MaxValue, "sort_keys"));
    }

    public static JinjaText Write(RenderContext context, object? value, CallArguments arguments)
    {
        var json = new JsonText(context, arguments);
        json.Value(value, 0);
        return json._text.ToText();
    }

    private static string? Separator(IReadOnlyList<object?>? pair, int index) =>
        pair is { Count: 2 } && pair[index] is JinjaText text ? text.Value : null;

    private void Value(object? value, int depth)
    {
        _context.Enter();
        switch (value)
        {
            case JinjaText text:
                Quote(text);
                break;
            case IReadOnlyList<object?> list:
                Items(list.Count, '[', ']', depth, i => Value(list[i], depth + 1));
                break;
            case JinjaMap map:
                Map(map, depth);
                break;
            default:
                _text.Template(Scalar(value));
                break;
        }

        _context.Leave();
    }

    private void Map(JinjaMap map, int depth)
    {
        var entries = _isSorted ? [.. map.Entries.OrderBy(e => e.Key.Value, StringComparer.Ordinal)] : map.Entries;
        Items(entries.Count, '{', '}', depth, i =>
        {
            Quote(entries[i].Key);
            _text.Template(_keySeparator);
            Value(entries[i].Value, depth + 1);
        });
    }

    private void Items(int count, char open, char close, int depth, Action<int> write)
    {
        _text.Template(open.ToString());
        for (var i = 0; i < count; i++)
        {
            _text.Template(i > 0 ? _itemSeparator : "");
            Line(depth + 1);
            write(i);
        }

        if (count > 0)
        {
            Line(depth);
        }

        _text.Template(close.ToString());
    }

    private void Line(int depth)
    {
        if (_indent is not null)
        {
            _text.Template("\n");
            for (var i = 0; i < depth; i++)
            {
                _text.Template(_indent);
            }
        }
    }

    private string Scalar(object? value) => value switch
    {
        null => "null",
        bool claim => claim ? "true" : "false",
        long integer => integer.ToString(CultureInfo.InvariantCulture),
        double number when double.IsFinite(number) => PythonText.Float(number),
        double number => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
        _ => throw _context.Fail($"tojson cannot write {ValueTraits.TypeName(value)}"),
    };

    private void Quote(JinjaText content)
    {
        _text.Template("\"");
        var start = 0;
        for (var i = 0; i < content.Length; i++)
        {
            if (Escape(content.Value[i]) is { } escaped)
            {
                _text.Append(content.Slice(start, i - start));
                _text.Append(escaped, content.IsContent(i));
                start = i + 1;
            }
        }

        _text.Append(content.Slice(start, content.Length - start));
        _text.Template("\"");
    }

    private static string? Escape(char letter) => letter switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
        _ => null,
    };
}
