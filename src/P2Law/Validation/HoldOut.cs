using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>A way to keep rows from the fit that it is then judged by. A new one is a row in <see cref="All"/>.</summary>
/// <param name="Name">The name on the command line and in files.</param>
/// <param name="Summary">What is kept back, in a line.</param>
/// <param name="Needs">What the rows must have for it.</param>
/// <param name="Split">Returns pairs of rows to fit and rows to predict; none where the rows have no such part.</param>
public sealed record HoldOut(
    string Name, string Summary, string Needs, Func<IReadOnlyList<LawObservation>, IEnumerable<(LawObservation[] Fit, LawObservation[] Test)>> Split)
{
    // One size tells nothing of N0, one rate nothing of ρ: the first step has two.
    private const int FirstStep = 2;

    private const string Checkpoints = "five checkpoints or more of a run";

    /// <summary>Gets all ways.</summary>
    public static IReadOnlyList<HoldOut> All { get; } =
    [
        new("tokens", "the last 20 % of each run's checkpoints", Checkpoints, rows => Later(rows, 0.8, 1)),
        new("size", "the largest size", "two sizes or more", rows => Steps(rows, Sizes(rows), Sizes(rows).Max())),
        new("rate", "the highest rate of each size", "two rates or more of a size", HighestRates),
        new("run", "each run in turn", "two runs or more", EachRun),
        new("rolling", "a fifth of each run at a time, after two, three and four fifths", Checkpoints, rows =>
            new[] { 0.4, 0.6, 0.8 }.SelectMany(part => Later(rows, part, part + 0.2))),
        new("rolling-size", "a size at a time, after the two smallest, the three smallest, and so on", "three sizes or more", rows =>
            Steps(rows, Sizes(rows), FirstStep)),
        new("rolling-rate", "a rate of each size at a time, after the two lowest, the three lowest, and so on", "three rates or more of a size", rows =>
            Steps(rows, Rates(rows), FirstStep)),
    ];

    /// <summary>Returns a way by its name.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of this name.</exception>
    public static HoldOut Find(string name) => All.FirstOrDefault(way => way.Name == name)
        ?? throw new LlmEfficiencyException(
            ErrorKind.Usage, $"'{name}' is no hold-out: there are {string.Join(", ", All.Select(way => way.Name))}");

    // Fits to the part of each run before one place, predicts the part up to another one.
    private static IEnumerable<(LawObservation[] Fit, LawObservation[] Test)> Later(IReadOnlyList<LawObservation> rows, double from, double to)
    {
        var (fit, test) = (new List<LawObservation>(), new List<LawObservation>());
        foreach (var run in rows.GroupBy(row => row.Run).Select(run => run.OrderBy(row => row.Point.Tokens).ToArray()))
        {
            var (first, last) = ((int)Math.Round(run.Length * from), (int)Math.Round(run.Length * to));
            if (run.Length < 5)
            {
                (first, last) = (run.Length, run.Length); // too few for parts
            }

            fit.AddRange(run[..first]);
            test.AddRange(run[first..last]);
        }

        return Pair(fit, test);
    }

    // The number of each row's size, the smallest first.
    private static int[] Sizes(IReadOnlyList<LawObservation> rows)
    {
        double[] sizes = [.. rows.Select(row => row.Point.Size).Distinct().Order()];
        return [.. rows.Select(row => Array.IndexOf(sizes, row.Point.Size))];
    }

    private static int[] Rates(IReadOnlyList<LawObservation> rows) => RateLevels.Of([.. rows.Select(row => row.Point)]);

    // Fits to what lies below a step, predicts the step; from a first one on.
    private static IEnumerable<(LawObservation[] Fit, LawObservation[] Test)> Steps(IReadOnlyList<LawObservation> rows, int[] levels, int first) =>
        Enumerable.Range(first, Math.Max(0, levels.Max() - first + 1)).SelectMany(step => Pair(
            [.. rows.Where((_, at) => levels[at] < step)], [.. rows.Where((_, at) => levels[at] == step)]));

    // A size with one rate stays in the fit.
    private static IEnumerable<(LawObservation[] Fit, LawObservation[] Test)> HighestRates(IReadOnlyList<LawObservation> rows)
    {
        var levels = Rates(rows);
        var most = rows.Zip(levels).GroupBy(row => row.First.Point.Size).ToDictionary(size => size.Key, size => size.Max(row => row.Second));
        bool IsHighest(LawObservation row, int at) => levels[at] > 0 && levels[at] == most[row.Point.Size];
        return Pair([.. rows.Where((row, at) => !IsHighest(row, at))], [.. rows.Where(IsHighest)]);
    }

    private static IEnumerable<(LawObservation[] Fit, LawObservation[] Test)> EachRun(IReadOnlyList<LawObservation> rows) =>
        rows.GroupBy(row => row.Run).SelectMany(run => Pair([.. rows.Where(row => row.Run != run.Key)], [.. run]));

    private static IEnumerable<(LawObservation[] Fit, LawObservation[] Test)> Pair(List<LawObservation> fit, List<LawObservation> test) =>
        fit.Count > 0 && test.Count > 0 ? [([.. fit], [.. test])] : [];
}
