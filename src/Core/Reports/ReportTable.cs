namespace LlmEfficiency.Core.Reports;

/// <summary>Rows of text.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The cells of each row, as many as there are columns.</param>
public sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
    : ReportSection(Title)
{
    /// <summary>Makes a table of names and values.</summary>
    public static ReportTable Of(string title, string name, string value, IEnumerable<KeyValuePair<string, string>> rows) =>
        new(title, [name, value], [.. rows.Select(row => (IReadOnlyList<string>)[row.Key, row.Value])]);

    internal override void WriteBody(TextWriter html)
    {
        html.Write("<div class=\"scroll\"><table><thead><tr>");
        Write(html, "th", Columns);
        html.Write("</tr></thead><tbody>\n");
        foreach (var row in Rows)
        {
            html.Write("<tr>");
            Write(html, "td", row);
            html.Write("</tr>\n");
        }

        html.Write("</tbody></table></div>\n");
    }

    private static void Write(TextWriter html, string tag, IReadOnlyList<string> cells)
    {
        foreach (var cell in cells)
        {
            html.Write($"<{tag}>{Escape(cell)}</{tag}>");
        }
    }
}
