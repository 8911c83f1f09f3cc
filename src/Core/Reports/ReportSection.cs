namespace LlmEfficiency.Core.Reports;

/// <summary>A part of a report with a heading.</summary>
/// <param name="Title">The heading.</param>
public abstract record ReportSection(string Title)
{
    /// <summary>Writes what is under the heading, as HTML.</summary>
    internal abstract void WriteBody(TextWriter html);

    /// <summary>Returns text that means itself in HTML and inside quoted attributes.</summary>
    internal static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);
}
