using System.Text.RegularExpressions;

namespace LlmEfficiency.Core.Reports;

/// <summary>A line of a chart, or one for each number that a pattern holds.</summary>
/// <param name="Pattern">The number's name in the logs; <c>*</c> is any text.</param>
/// <param name="Label">Its name in the legend, in which <c>*</c> is the text of the pattern's first; null takes the number's own name.</param>
/// <param name="IsNoisy">Whether it is smoothed as soon as it has points enough, with the points faintly behind it.</param>
public sealed record MetricLine(string Pattern, string? Label = null, bool IsNoisy = false)
{
    private readonly Regex _form = new(
        $"^{Regex.Escape(Pattern).Replace("\\*", "(.+?)", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>Returns the name that a number has in the legend; null if it is another number.</summary>
    /// <param name="metric">The number's name in the logs.</param>
    public string? LabelOf(string metric) => _form.Match(metric) is { Success: true } match
        ? Label?.Replace("*", match.Groups[1].Value, StringComparison.Ordinal) ?? Words(metric)
        : null;

    /// <summary>Returns a number's own name without the signs of logs.</summary>
    internal static string Words(string metric) => metric.Replace('_', ' ');
}
