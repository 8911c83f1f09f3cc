namespace LlmEfficiency.Core.Reports;

/// <summary>Sentences, one below the other.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Lines">The sentences.</param>
public sealed record ReportNotes(string Title, IReadOnlyList<string> Lines) : ReportSection(Title)
{
    internal override void WriteBody(TextWriter html)
    {
        html.Write("<ul>\n");
        foreach (var line in Lines)
        {
            html.Write($"<li>{Escape(line)}</li>\n");
        }

        html.Write("</ul>\n");
    }
}
