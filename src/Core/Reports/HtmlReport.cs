using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Reports;

/// <summary>A page that is one file: nothing in it is fetched or executed, and it follows the reader's light or dark mode.</summary>
/// <param name="Title">The heading of the page.</param>
/// <param name="Subtitle">A line below it.</param>
/// <param name="Sections">The parts from top to bottom.</param>
public sealed record HtmlReport(string Title, string Subtitle, IReadOnlyList<ReportSection> Sections)
{
    // Okabe and Ito's colours, which the colour-blind can tell apart, darkened for white and lightened for black.
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1c1e21;--paper:#fff;--soft:#5d6470;--rule:#dfe2e6;--c0:#0072b2;--c1:#c25100;--c2:#00795a;
        --c3:#a8437f;--c4:#8a6a00;--c5:#2a8fc4;--c6:#555;--c7:#7a3fb0}
        @media(prefers-color-scheme:dark){:root{--ink:#e4e6e9;--paper:#15171a;--soft:#9aa1ab;--rule:#33373d;--c0:#56b4e9;--c1:#ff9447;
        --c2:#2fc79a;--c3:#e38cbf;--c4:#f0cf3c;--c5:#8ab6ff;--c6:#bbb;--c7:#c39bf0}}
        body{margin:2rem auto;padding:0 1.2rem;max-width:84rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        h1{margin:0;font-size:1.6rem}h2{margin:2rem 0 .6rem;font-size:1.15rem}p{margin:.2rem 0;color:var(--soft)}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1.2rem}
        figure{margin:0}figcaption{font-weight:600}svg{width:100%;height:auto;display:block}
        text{font:13px system-ui,sans-serif;fill:var(--ink)}.tick{font-size:12px;fill:var(--soft)}
        .grid{stroke:var(--rule);fill:none}.axis{stroke:var(--soft);fill:none}
        .line,.raw{fill:none;stroke:var(--c);stroke-width:1.8;stroke-linejoin:round}.raw{stroke-width:1;opacity:.35}
        .dot{fill:var(--c)}.band{fill:var(--c);opacity:.18}.scroll{overflow-x:auto}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.2rem 1.2rem .2rem 0;text-align:left;
        border-bottom:1px solid var(--rule);vertical-align:top;overflow-wrap:anywhere}th{color:var(--soft);font-weight:600}
        .s0{--c:var(--c0)}.s1{--c:var(--c1)}.s2{--c:var(--c2)}.s3{--c:var(--c3)}.s4{--c:var(--c4)}.s5{--c:var(--c5)}.s6{--c:var(--c6)}
        .s7{--c:var(--c7)}
        """;

    /// <summary>Returns the page; the same content gives the same text.</summary>
    public string ToHtml()
    {
        using var html = new StringWriter { NewLine = "\n" };
        var title = ReportSection.Escape(Title);
        html.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{title}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>{title}</h1>
            <p>{ReportSection.Escape(Subtitle)}</p>

            """);
        foreach (var section in Sections)
        {
            html.Write($"<section>\n<h2>{ReportSection.Escape(section.Title)}</h2>\n");
            section.WriteBody(html);
            html.Write("</section>\n");
        }

        html.Write("</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>Writes the page to a file, whole or not at all.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">The disk is full or the folder cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, ToHtml());
}
