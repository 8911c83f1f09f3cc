using LlmEfficiency.Core.Reports;

namespace LlmEfficiency.Benchmarks.Automata;

/// <summary>Draws bytes a token against the time of a token with its draft, from the table of a run.</summary>
internal static class AutomataChart
{
    // Measured elsewhere, on a machine of the same kind with 10⁶ and 10⁷ tokens, one value where one is known.
    private static readonly (string Name, double Bytes, double[] Microseconds)[] Quoted =
    [
        ("flat automaton in C++ (quoted)", 55, [0.17, 0.36]),
        ("ArcticInference (quoted)", 309, [0.5]),
        ("suffix array, REST (quoted)", 6.4, [1.6]),
        ("FM-index (quoted)", 3, [8.7]),
    ];

    /// <summary>Writes the chart.</summary>
    /// <param name="path">The file.</param>
    /// <param name="all">The numbers.</param>
    public static void Save(string path, IReadOnlyList<AutomataMeasurement> all)
    {
        var chart = new LineChart
        {
            Title = "Memory and time of drafting",
            XLabel = "bytes per token",
            YLabel = "µs per token with a draft of 16",
            IsXLogarithmic = true,
            IsYLogarithmic = true,
            Series =
            [
                .. all.Select(one => one.Subject).Distinct().Select(subject => new ChartSeries
                {
                    Name = subject,
                    Points = [.. all.Select(one => one.Tokens).Distinct().Select(tokens => new ChartPoint(
                        Find(all, tokens, subject, AutomataMeasures.Size), Find(all, tokens, subject, AutomataMeasures.Draft)))],
                }),
                .. Quoted.Select(one => new ChartSeries
                {
                    Name = one.Name,
                    Points = [],
                    Raw = [.. one.Microseconds.Select(time => new ChartPoint(one.Bytes, time))],
                }),
            ],
        };
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        chart.Save(path);
    }

    private static double Find(IReadOnlyList<AutomataMeasurement> all, long tokens, string subject, string measure) =>
        all.First(one => one.Tokens == tokens && one.Subject == subject && one.Measure == measure).Median;
}
