using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>A way to keep rows from the fit that it is then judged by. A new one is a row in <see cref="All"/>.</summary>
/// <param name="Name">The name on the command line and in files.</param>
/// <param name="Summary">What is kept back, in a line.</param>
/// <param name="Split">Returns pairs of rows to fit and rows to predict; none where the rows have no such part.</param>
public sealed record HoldOut(string Name, string Summary, Func<IReadOnlyList<LawObservation>, IEnumerable<(LawObservation[] Fit, LawObservation[] Test)>> Split)
{
    /// <summary>Gets all ways.</summary>
    public static IReadOnlyList<HoldOut> All { get; } =
    [
        new("tokens", "the last 20 % of each run's checkpoints", rows => Later(rows, 0.8, 1)),
        new("size", "the largest size", rows => Highest(rows, row => row.Point.Size)),
        new("rate", "the highest rate", rows => Highest(rows, row => row.Point.Rate)),
        new("run", "each run in turn", EachRun),
        new("rolling", "a fifth of each run at a time, after two, three and four fifths", rows =>
            new[] { 0.4, 0.6, 0.8 }.SelectMany(part => Later(rows, part, part + 0.2))),
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

    private static IEnumerable<(LawObservation[] Fit, LawObservation[] Test)> Highest(
        IReadOnlyList<LawObservation> rows, Func<LawObservation, double> value)
    {
        var most = rows.Max(value);
        return Pair([.. rows.Where(row => value(row) < most)], [.. rows.Where(row => value(row) == most)]);
    }

    private static IEnumerable<(LawObservation[] Fit, LawObservation[] Test)> EachRun(IReadOnlyList<LawObservation> rows) =>
        rows.GroupBy(row => row.Run).SelectMany(run => Pair([.. rows.Where(row => row.Run != run.Key)], [.. run]));

    private static IEnumerable<(LawObservation[] Fit, LawObservation[] Test)> Pair(List<LawObservation> fit, List<LawObservation> test) =>
        fit.Count > 0 && test.Count > 0 ? [([.. fit], [.. test])] : [];
}
