using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;
using MathNet.Numerics.Distributions;

namespace LlmEfficiency.P2Law.Tests;

/// <summary>Losses computed from known constants.</summary>
internal static class Planted
{
    public static readonly ILaw Law = LawList.Find("p2");

    /// <summary>N_C, D_C, E, alpha, beta, gamma, delta; sizes and tokens in billions.</summary>
    public static readonly double[] Constants = [0.5, 0.12, 0.6, 0.3, 0.45, -1.2, 0.15];

    /// <summary>The columns of a table of such losses; sizes and tokens are in billions.</summary>
    public static readonly ObservationColumns Columns = new()
    {
        Loss = "loss",
        Size = "n0",
        Tokens = "tokens",
        Rate = "rho",
        BaseLoss = "l0",
        Run = "run",
        SizeUnit = 1e9,
        TokenUnit = 1e9,
    };

    public static readonly double[] ThreeSizes = [0.5, 1.5, 3];

    public static readonly double[] ThreeRates = [0.15, 0.25, 0.35];

    public static LawObservation[] Rows(
        double[]? sizes = null, double[]? rates = null, int checkpoints = 40, double noise = 0, int seed = 0, int seeds = 1, double runEffect = 0)
    {
        var random = new Random(seed);
        return
        [
            .. from size in sizes ?? ThreeSizes
               from rate in rates ?? ThreeRates
               from copy in Enumerable.Range(0, seeds)
               let effect = runEffect > 0 ? Normal.Sample(random, 0, runEffect) : 0
               from checkpoint in Enumerable.Range(1, checkpoints)
               select Row(size, rate, 0.5 * checkpoint / checkpoints, copy, noise, random) is var row && effect != 0
                   ? row with { Loss = row.Loss + effect } : row,
        ];
    }

    /// <summary>The rates that a setting removes of each size: like depth's, they grow a little with the size.</summary>
    public static LawObservation[] Drifting(double[] rates, double[]? sizes = null, int checkpoints = 6, double noise = 0, int seed = 0) =>
    [
        .. Rows(sizes, rates, checkpoints, noise, seed).Select(row =>
        {
            var rate = row.Point.Rate * (1 + (0.03 * Math.Log(row.Point.Size)));
            var point = new LawPoint(row.Point.Size, row.Point.Tokens, rate, row.Point.BaseLoss);
            return row with { Point = point, Loss = row.Loss + Law.Loss(Constants, point) - Law.Loss(Constants, row.Point) };
        }),
    ];

    /// <summary>The unpruned loss of a size, as a larger model has a smaller one.</summary>
    public static double BaseLoss(double size) => 2.6 - (0.2 * Math.Log(size));

    private static LawObservation Row(double size, double rate, double tokens, int copy, double noise, Random random)
    {
        var point = new LawPoint(size, tokens, rate, BaseLoss(size));
        var error = noise > 0 ? Normal.Sample(random, 0, noise) : 0;
        return new LawObservation(point, Law.Loss(Constants, point) + error, $"{size}-{rate}-{copy}");
    }
}
