using System.Globalization;
using LlmEfficiency.P2Law.Claims;
using LlmEfficiency.P2Law.Reporting;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>What a sweep says of the paper's claims, for a person.</summary>
internal static class ClaimsText
{
    private const string None = "–";

    /// <summary>Returns the tables; all losses are in nats a token.</summary>
    public static string Format(SweepClaims claims)
    {
        string[] parts =
        [
            $"{Count(claims.Rows)} losses of {Count(claims.Runs)} runs, in nats a token",
            Part("T1: at equal rate a smaller model's loss falls faster with tokens (fall: first loss - last; slope: d loss / d ln d)", Falls(claims)),
            Part("T1 in short: Kendall's tau of n0 with the fall (T1: below 0) and with the slope (T1: above 0)", Trends(claims)),
            Part("T2: L - L0 behind the last tokens as a power of rho, and of rho/(1-rho)", Powers(claims)),
            Part("T3: diminishing returns (within noise of each run; exponents: L - L0 ~ d^-beta in the first and second half)", Returns(claims)),
            Part("Runs that end below L0", Below(claims)),
            Part("Control: how the loss of the unpruned base moves, the floor of L - L0", Controls(claims)),
            Part("Noise: standard deviation over seeds behind the last tokens", Deviations(claims)),
            Part("Methods at equal size, rate and tokens: L - L0", Cells(claims)),
            Part("Methods in short", Wins(claims)),
        ];
        return string.Join($"{Environment.NewLine}{Environment.NewLine}", parts);
    }

    private static string Part(string title, List<string[]> rows) =>
        $"{title}{Environment.NewLine}{(rows.Count > 1 ? TextTable.Format(rows) : "none")}";

    private static List<string[]> Falls(SweepClaims claims) =>
    [
        ["method", "level", "size", "n0", "rho", "runs", "first d", "last d", "fall", "slope"],
        .. from method in claims.Methods
           from level in method.Falls
           from size in level.Sizes
           select (string[])
           [
               Name(method), Count(level.Level), size.Size, Big(size.Parameters), Small(size.Rate), Count(size.Runs), Big(size.FirstTokens),
               Big(size.LastTokens), Small(size.Fall), Small(size.Slope),
           ],
    ];

    private static List<string[]> Trends(SweepClaims claims) =>
    [
        ["method", "level", "sizes", "tau of fall", "tau of slope"],
        .. from method in claims.Methods
           from level in method.Falls
           select (string[])[Name(method), Count(level.Level), Count(level.Sizes.Count), Tau(level.FallTrend), Tau(level.SlopeTrend)],
        .. claims.Methods.Select(method => (string[])
        [
            Name(method), "all", None, Holds(method.Falls, level => level.FallTrend, -1), Holds(method.Falls, level => level.SlopeTrend, 1),
        ]),
    ];

    private static List<string[]> Powers(SweepClaims claims) =>
    [
        ["method", "size", "n0", "rates", "runs", "left out", "exponent", "R2", "exponent, odds", "R2, odds"],
        .. from method in claims.Methods
           from size in method.Powers
           select (string[])
           [
               Name(method), size.Size, Big(size.Parameters), Count(size.Rates), Count(size.Runs), Count(size.LeftOut), Small(size.Rate?.Slope),
               Small(size.Rate?.R2), Small(size.Odds?.Slope), Small(size.Odds?.R2),
           ],
        .. claims.Methods.Select(method => (string[])
            [Name(method), "worst", None, None, None, None, None, Small(method.WorstRateR2), None, Small(method.WorstOddsR2)]),
    ];

    private static List<string[]> Returns(SweepClaims claims) =>
    [
        ["method", "runs", "judged", "falling", "convex", "both", "without noise", "exponent, first half", "second half"],
        .. claims.Methods.Select(method => method.Returns).Zip(claims.Methods, (returns, method) => (string[])
        [
            Name(method), Count(returns.Runs.Count), Count(returns.Judged), Count(returns.Falling), Count(returns.Convex), Count(returns.Both),
            Count(returns.Strict), Small(returns.FirstExponent), Small(returns.SecondExponent),
        ]),
    ];

    private static List<string[]> Below(SweepClaims claims) =>
        [["run"], .. claims.Methods.SelectMany(method => method.BelowBase).Select(run => (string[])[run])];

    private static List<string[]> Controls(SweepClaims claims) =>
    [
        ["size", "seed", "n0", "last - first", "last - L0"],
        .. claims.Controls.Select(control => (string[])
        [
            Prefix(control.Family) + control.Size, control.Seed, Big(control.Parameters), Small(control.Drift), Small(control.LastExcess),
        ]),
    ];

    private static List<string[]> Deviations(SweepClaims claims) =>
    [
        ["method", "size", "level", "rho", "seeds", "L", "L0", "L - L0"],
        .. claims.Deviations.Select(cell => (string[])
        [
            Prefix(cell.Family) + cell.Method, cell.Size, Count(cell.Level), Small(cell.Rate), Count(cell.Seeds), Small(cell.Loss), Small(cell.BaseLoss),
            Small(cell.Excess),
        ]),
    ];

    private static List<string[]> Cells(SweepClaims claims) =>
    [
        ["first", "second", "size", "d", "seeds", "rho", "rho", "first", "second", "deviation", "lower"],
        .. from pair in claims.Comparisons
           from cell in pair.Cells
           select (string[])
           [
               Prefix(pair.Family) + pair.First, pair.Second, cell.Size, Big(cell.Tokens), Count(cell.Seeds), Small(cell.FirstRate), Small(cell.SecondRate),
               Small(cell.FirstExcess), Small(cell.SecondExcess), Small(cell.Deviation),
               cell.FirstExcess < cell.SecondExcess ? pair.First : cell.SecondExcess < cell.FirstExcess ? pair.Second : "equal",
           ],
    ];

    private static List<string[]> Wins(SweepClaims claims) =>
    [
        ["first", "second", "cells", "first is lower", "second is lower"],
        .. claims.Comparisons.Select(pair => (string[])
            [Prefix(pair.Family) + pair.First, pair.Second, Count(pair.Cells.Count), Count(pair.FirstWins), Count(pair.SecondWins)]),
    ];

    // How many levels have the sign that T1 says, and how many have it in each pair of sizes, of those that can tell.
    private static string Holds(IReadOnlyList<LevelFall> levels, Func<LevelFall, double?> trend, int sign)
    {
        double[] known = [.. levels.Select(trend).OfType<double>()];
        var (most, every) = (known.Count(value => Math.Sign(value) == sign), known.Count(value => value * sign > 1 - 1e-9));
        return known.Length == 0 ? None : $"T1 at {Count(most)} of {Count(known.Length)}, in every pair at {Count(every)}";
    }

    private static string Name(MethodClaims method) => Prefix(method.Family) + method.Method;

    private static string Prefix(string family) => family.Length > 0 ? $"{family} " : string.Empty;

    private static string Tau(double? value) => TextTable.Number(value, 2);

    private static string Small(double? value) => TextTable.Number(value, 4);

    private static string Big(double value) => FitTables.Number(value);

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
