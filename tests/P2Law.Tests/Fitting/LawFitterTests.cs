using CsCheck;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Fitting;

public sealed class LawFitterTests
{
    public static TheoryData<string> Laws => [.. LawList.All.Select(law => law.Description.Name)];

    public static TheoryData<string> Objectives => [.. FitObjective.All.Select(objective => objective.Name)];

    [Theory]
    [MemberData(nameof(Laws))]
    public void Every_law_finds_its_own_losses(string name)
    {
        var law = LawList.Find(name);
        double[] planted =
        [
            .. law.Description.Coefficients.Select((_, at) => 0.4 + (0.3 * at)),
            .. law.Description.Exponents.Select(exponent => 0.9 * exponent.Starts[exponent.Starts.Count / 2] + 0.01),
        ];
        LawObservation[] rows =
        [
            .. from row in Planted.Rows(checkpoints: 12)
               let point = new LawPoint(row.Point.Size, row.Point.Tokens, row.Point.Rate, row.Point.BaseLoss, 1 + row.Point.Size)
               select row with { Point = point, Loss = law.Loss(planted, point) },
        ];
        var fit = Fit(law, rows, new FitSettings());
        Assert.All(rows, row => Assert.Equal(row.Loss, fit.Predict(row.Point), 1e-6));
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Order_duplicates_and_units_do_not_matter(string objective)
    {
        var settings = new FitSettings { Objective = FitObjective.Find(objective), HuberDelta = 0.01, MostStarts = 20 };
        var rows = Planted.Rows(checkpoints: 5, noise: 0.005, seed: 3);
        var fit = Fit(Planted.Law, rows, settings);
        var mixed = Fit(Planted.Law, [.. rows.OrderBy(row => Math.Sin(1e4 * row.Loss)).SelectMany(row => new[] { row, row })], settings);
        LawObservation[] scaled =
        [
            .. rows.Select(row => row with { Point = new LawPoint(1e9 * row.Point.Size, 1e3 * row.Point.Tokens, row.Point.Rate, row.Point.BaseLoss) }),
        ];
        var other = Fit(Planted.Law, scaled, settings);
        Assert.Equal(2 * fit.Objective, mixed.Objective, 1e-6 * fit.Objective);
        Assert.Equal(fit.Objective, other.Objective, 1e-6 * fit.Objective);
        for (var row = 0; row < rows.Length; row++)
        {
            Assert.Equal(fit.Predict(rows[row].Point), mixed.Predict(rows[row].Point), 2e-5);
            Assert.Equal(fit.Predict(rows[row].Point), other.Predict(scaled[row].Point), 2e-5);
        }
    }

    [Fact]
    public void Constants_change_with_units_as_the_formula_says()
    {
        const double Sizes = 1e3;
        const double Tokens = 50;
        var rows = Planted.Rows(checkpoints: 10);
        var fit = Fit(
            Planted.Law,
            [.. rows.Select(row => row with { Point = new LawPoint(Sizes * row.Point.Size, Tokens * row.Point.Tokens, row.Point.Rate, row.Point.BaseLoss) })],
            new FitSettings());
        var (alpha, beta, delta) = (Planted.Constants[3], Planted.Constants[4], Planted.Constants[6]);
        Assert.Equal(Planted.Constants[0] * Math.Pow(Sizes, alpha + delta), fit.Parameters[0], 1e-3 * fit.Parameters[0]);
        Assert.Equal(Planted.Constants[1] * Math.Pow(Sizes, delta) * Math.Pow(Tokens, beta), fit.Parameters[1], 1e-3 * fit.Parameters[1]);
        Assert.Equal(Planted.Constants[2] * Math.Pow(Sizes, delta), fit.Parameters[2], 1e-3 * fit.Parameters[2]);
        Assert.Equal(Planted.Constants[3..], fit.Parameters[3..], (one, two) => Math.Abs(one - two) < 1e-4);
    }

    [Theory]
    [InlineData("huber", "lm-mse")]
    [InlineData("lse-huber", "log-mse")]
    public void A_Huber_loss_that_is_never_linear_is_least_squares(string robust, string squares)
    {
        var rows = Planted.Rows(checkpoints: 6, noise: 0.005, seed: 4);
        var one = Fit(Planted.Law, rows, new FitSettings { Objective = FitObjective.Find(robust), HuberDelta = 1e3 });
        var two = Fit(Planted.Law, rows, new FitSettings { Objective = FitObjective.Find(squares) });
        Assert.Equal(two.Objective / 2, one.Objective, 1e-7 * two.Objective);
        Assert.All(rows, row => Assert.Equal(two.Predict(row.Point), one.Predict(row.Point), 1e-4));
    }

    [Fact]
    public void Elimination_and_the_search_in_all_constants_agree()
    {
        var rows = Planted.Rows(checkpoints: 6, noise: 0.005, seed: 5);
        var projected = Fit(Planted.Law, rows, new FitSettings());
        var full = Fit(Planted.Law, rows, new FitSettings { Objective = FitObjective.Find("lm-mse") });
        Assert.Equal(projected.Objective, full.Objective, 1e-9 * full.Objective);
        Assert.Equal(projected.Objective, FitProblem.Create(Planted.Law, rows).SquaredError(projected.Parameters), 1e-12);
    }

    [Fact]
    public void Outliers_pull_squares_and_not_a_Huber_loss()
    {
        LawObservation[] rows = [.. Planted.Rows(checkpoints: 10).Select((row, at) => at % 15 == 7 ? row with { Loss = row.Loss + 0.5 } : row)];
        double Error(string objective) => Fit(Planted.Law, rows, new FitSettings { Objective = FitObjective.Find(objective) }) is var fit
            ? Planted.Rows(checkpoints: 10).Average(row => Math.Abs(fit.Predict(row.Point) - row.Loss)) : 0;
        Assert.InRange(Error("vp-mse"), 0.01, 1);
        Assert.InRange(Error("huber"), 0, 1e-3);
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        var rows = Planted.Rows(checkpoints: 6, noise: 0.01);
        var one = Fit(Planted.Law, rows, new FitSettings { Threads = 1 });
        var many = Fit(Planted.Law, rows, new FitSettings { Threads = 4 });
        Assert.Equal(one.Parameters, many.Parameters);
    }

    [Fact]
    public void A_given_constant_stays_and_an_unknown_one_is_told()
    {
        var rows = Planted.Rows(checkpoints: 8);
        var givens = new Dictionary<string, double> { ["alpha"] = 0.3, ["E"] = 0.6 };
        var fit = LawFitter.Fit(FitProblem.Create(Planted.Law, rows, givens), new FitSettings(), TestContext.Current.CancellationToken);
        Assert.Equal((0.3, 0.6), (fit.Parameters[3], fit.Parameters[2]));
        Assert.Equal(0.5, fit.Parameters[0], 1e-4);
        Assert.Throws<Core.Errors.LlmEfficiencyException>(() => FitProblem.Create(Planted.Law, rows, new Dictionary<string, double> { ["x"] = 1 }));
    }

    [Fact]
    public void Non_negative_least_squares_is_the_best_of_a_fine_grid() => Gen.Double[-1, 1].Array[18].Sample(
        values =>
        {
            double[] right = [0, 0];
            double[] gram = [0, 0, 0, 0];
            double Square(double a, double b) => Enumerable.Range(0, 6).Sum(row => Math.Pow((a * values[row]) + (b * values[row + 6]) - values[row + 12], 2));
            for (var row = 0; row < 6; row++)
            {
                double[] columns = [values[row], values[row + 6]];
                for (var one = 0; one < 2; one++)
                {
                    right[one] += columns[one] * values[row + 12];
                    gram[one * 2] += columns[one] * columns[0];
                    gram[(one * 2) + 1] += columns[one] * columns[1];
                }
            }

            var solution = new double[2];
            NonNegativeLeastSquares.Solve(gram, right, 0, solution);
            Assert.True(solution[0] >= 0 && solution[1] >= 0);
            var found = Square(solution[0], solution[1]);
            for (var a = 0.0; a < 2; a += 0.1)
            {
                for (var b = 0.0; b < 2; b += 0.1)
                {
                    Assert.True(found <= Square(a, b) + 1e-9);
                }
            }
        },
        iter: 200);

    private static LawFit Fit(ILaw law, IReadOnlyList<LawObservation> rows, FitSettings settings) =>
        LawFitter.Fit(FitProblem.Create(law, rows), settings, TestContext.Current.CancellationToken);
}
