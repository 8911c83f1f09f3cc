using System.Text;
using LlmEfficiency.Core.Templates.Evaluation;

namespace LlmEfficiency.Core.Templates.Values;

/// <summary>Joins texts and keeps the origin of their characters; growth is paid from the budget.</summary>
internal sealed class TextBuilder(RenderContext context)
{
    private readonly StringBuilder _text = new();
    private readonly List<(int End, bool IsContent)> _runs = [];

    public void Template(string text) => Append(text, isContent: false);

    public void Append(string text, bool isContent)
    {
        if (text.Length > 0)
        {
            context.Grow(_text.Length, text.Length);
            _text.Append(text);
            Mark(isContent);
        }
    }

    public void Append(JinjaText text)
    {
        context.Grow(_text.Length, text.Length);
        var before = _text.Length;
        _text.Append(text.Value);
        for (var i = 0; i < text.Length;)
        {
            var isContent = text.IsContent(i);
            for (i++; i < text.Length && text.IsContent(i) == isContent;)
            {
                i++;
            }

            Mark(isContent, before + i);
        }
    }

    public JinjaText ToText()
    {
        if (_runs.Count < 2)
        {
            return _runs.Count == 0 ? JinjaText.Empty : new JinjaText(_text.ToString(), _runs[0].IsContent);
        }

        var marks = new bool[_text.Length];
        var start = 0;
        foreach (var (end, isContent) in _runs)
        {
            marks.AsSpan(start, end - start).Fill(isContent);
            start = end;
        }

        return new JinjaText(_text.ToString(), marks);
    }

    public RenderedPrompt ToPrompt()
    {
        var text = _text.ToString();
        var start = 0;
        var segments = new List<PromptSegment>();
        foreach (var (end, isContent) in _runs)
        {
            segments.Add(new PromptSegment(text[start..end], isContent));
            start = end;
        }

        return new RenderedPrompt(segments);
    }

    private void Mark(bool isContent, int? end = null)
    {
        if (_runs.Count > 0 && _runs[^1].IsContent == isContent)
        {
            _runs.RemoveAt(_runs.Count - 1);
        }

        _runs.Add((end ?? _text.Length, isContent));
    }
}
