using System.Globalization;

namespace LlmEfficiency.Benchmarks.Automata;

/// <summary>One number of one size of the corpus.</summary>
/// <param name="Tokens">The tokens of the documents.</param>
/// <param name="Subject">What was measured.</param>
/// <param name="Measure">Which number of it.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Values">One value of each round, in ascending order.</param>
internal sealed record AutomataMeasurement(long Tokens, string Subject, string Measure, string Unit, IReadOnlyList<double> Values)
{
    /// <summary>Gets the value in the middle.</summary>
    public double Median => Values[Values.Count / 2];

    /// <summary>Reads what the benchmark kept; of each number the lowest, the median and the highest value.</summary>
    /// <param name="path">A file of values divided by commas, with a line of names.</param>
    public static IReadOnlyList<AutomataMeasurement> Read(string path) =>
    [
        .. File.ReadLines(path).Skip(1).Select(line => line.Split(',')).Select(cells => new AutomataMeasurement(
            long.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], cells[2], cells[3], [Number(cells[5]), Number(cells[4]), Number(cells[6])])),
    ];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
