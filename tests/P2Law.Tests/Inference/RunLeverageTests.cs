using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Inference;

public sealed class RunLeverageTests
{
    private static readonly ILaw Linear = LawList.Find("chinchilla");

    private static readonly double[] Constants = [0.5, 0.4, 1.8, 0.3, 0.45];

    private static readonly Dictionary<string, double> Givens = new() { ["alpha"] = 0.3, ["beta"] = 0.45 };

    [Fact]
    public void Of_a_linear_law_a_residual_is_the_error_of_the_fit_without_its_run()
    {
        var rows = Rows(checkpoints: 5, noise: 0.01, seed: 9, runEffect: 0.02);
        var fit = Fit(rows);
        var grown = RunLeverage.Without(FitProblem.Create(Linear, rows, Givens), fit, ClusterBootstrap.Runs(rows));
        foreach (var run in rows.Select(row => row.Run).Distinct())
        {
            var without = Fit([.. rows.Where(row => row.Run != run)]);
            for (var at = 0; at < rows.Length; at++)
            {
                if (rows[at].Run == run)
                {
                    Assert.Equal(rows[at].Loss - without.Predict(rows[at].Point), grown[at], 1e-7);
                }
            }
        }

        Assert.True(grown.Sum(Math.Abs) > 1.1 * rows.Sum(row => Math.Abs(row.Loss - fit.Predict(row.Point))));
    }

    [Fact]
    public void Scatter_is_that_of_the_errors_where_few_runs_bear_many_constants()
    {
        const int Tables = 200;
        const double Noise = 0.01;
        var (scatter, plain) = (0.0, 0.0);
        for (var table = 0; table < Tables; table++)
        {
            var rows = Rows(checkpoints: 1, noise: Noise, seed: table, runEffect: 0); // nine rows, three constants
            var fit = Fit(rows);
            scatter += RunLeverage.Scatter(FitProblem.Create(Linear, rows, Givens), fit, ClusterBootstrap.Runs(rows)).Average(residual => residual * residual);
            plain += rows.Average(row => Math.Pow(row.Loss - fit.Predict(row.Point), 2));
        }

        // 1,800 squares: a standard error of 3.3 %; one constant is not told here, since all rows have the same tokens.
        Assert.InRange(scatter / Tables / (Noise * Noise), 0.9, 1.1);
        Assert.InRange(plain / Tables / (Noise * Noise), 0.6, 0.85);
    }

    [Fact]
    public void Draws_by_residuals_scatter_as_the_jackknife_says()
    {
        // Of a linear law both are the same variance: the squares of what each run's absence changes, summed.
        var rows = Rows(checkpoints: 5, noise: 0.003, seed: 4, runEffect: 0.01);
        var (problem, fit) = (FitProblem.Create(Linear, rows, Givens), Fit(rows));
        var draws = ClusterBootstrap.Run(
            problem,
            rows,
            fit,
            new FitSettings(),
            new BootstrapSettings { Draws = 2000, Kind = BootstrapKind.Wild, Seed = 5 },
            null,
            TestContext.Current.CancellationToken).Constants;
        var leftOut = ClusterBootstrap.LeaveOneOut(problem, rows, fit, new FitSettings(), TestContext.Current.CancellationToken);
        Assert.Equal(9, leftOut.Count);
        for (var constant = 0; constant < 3; constant++)
        {
            var jackknife = leftOut.Sum(one => Math.Pow(one[constant] - fit.Parameters[constant], 2));
            var drawn = draws.Average(one => Math.Pow(one[constant] - fit.Parameters[constant], 2));
            Assert.InRange(drawn / jackknife, 0.85, 1.15); // 2,000 squares: a standard error of some 3 %
        }
    }

    [Fact]
    public void A_run_that_alone_determines_a_constant_keeps_finite_residuals()
    {
        // The largest size has one run: without it there are two sizes, and its level is all that tells E from N_C.
        LawObservation[] rows =
        [
            .. Planted.Rows(sizes: [0.5, 1.5], checkpoints: 4, noise: 0.005),
            .. Planted.Rows(sizes: [3], rates: [0.25], checkpoints: 4, noise: 0.005, seed: 1),
        ];
        var problem = FitProblem.Create(Planted.Law, rows);
        var fit = LawFitter.Fit(problem, new FitSettings(), TestContext.Current.CancellationToken);
        var grown = RunLeverage.Without(problem, fit, ClusterBootstrap.Runs(rows));
        var most = rows.Max(row => Math.Abs(row.Loss - fit.Predict(row.Point)));
        Assert.All(grown, residual => Assert.InRange(Math.Abs(residual), 0, 20 * most));
    }

    // With alpha and beta given, A / N^alpha + B / D^beta + E is linear.
    private static LawObservation[] Rows(int checkpoints, double noise, int seed, double runEffect) =>
    [
        .. Planted.Rows(checkpoints: checkpoints, noise: noise, seed: seed, runEffect: runEffect).Select(row => row with
        {
            Loss = row.Loss - Planted.Law.Loss(Planted.Constants, row.Point) + Linear.Loss(Constants, row.Point),
        }),
    ];

    private static LawFit Fit(LawObservation[] rows) =>
        LawFitter.Fit(FitProblem.Create(Linear, rows, Givens), new FitSettings(), TestContext.Current.CancellationToken);
}
