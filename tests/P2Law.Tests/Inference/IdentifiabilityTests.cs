using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Inference;

public sealed class IdentifiabilityTests
{
    private static readonly string[] TermsOfSize = ["N_C", "alpha", "E"];

    private static readonly string[] TermsOfRate = ["N_C", "D_C", "E", "gamma", "delta"];

    private static readonly string[] AlphaAndScale = ["N_C", "alpha"];

    private static readonly Dictionary<string, double> Gamma = new() { ["gamma"] = 0 };

    [Fact]
    public void Three_sizes_and_three_rates_tell_all_constants()
    {
        var known = Of(Planted.Law, Planted.Rows(checkpoints: 12, noise: 0.005));
        Assert.Equal((7, 7), (known.Rank, known.FreeCount));
        Assert.InRange(known.Condition, 50, 5000);
        Assert.Empty(known.Unidentified);
        Assert.Empty(known.Reasons);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.005)]
    public void Two_sizes_do_not_tell_the_terms_of_N0_and_predict_a_third_all_the_same(double noise)
    {
        var rows = Planted.Rows(sizes: [0.5, 1.5], checkpoints: 12, noise: noise);
        var problem = FitProblem.Create(Planted.Law, rows);
        var fit = LawFitter.Fit(problem, new FitSettings(), TestContext.Current.CancellationToken);
        var known = Identifiability.Of(problem, fit, rows);
        Assert.Equal(6, known.Rank);
        Assert.Empty(TermsOfSize.Except(known.Unidentified));
        Assert.DoesNotContain("gamma", known.Unidentified);
        Assert.Contains("2 sizes", known.Reasons[0], StringComparison.Ordinal);
        var point = new LawPoint(3, 0.5, 0.25, Planted.BaseLoss(3));
        var truth = Planted.Law.Loss(Planted.Constants, point) - point.BaseLoss;
        Assert.Equal(truth, fit.Predict(point) - point.BaseLoss, noise > 0 ? 0.03 : 0.005);
    }

    [Fact]
    public void One_rate_does_not_tell_gamma_unless_it_is_given()
    {
        var rows = Planted.Rows(rates: [0.25], checkpoints: 12, noise: 0.002);
        var known = Of(Planted.Law, rows);
        Assert.Contains("gamma", known.Unidentified);
        Assert.Contains(known.Reasons, reason => reason.Contains("--fix gamma=0", StringComparison.Ordinal));
        Assert.DoesNotContain("beta", known.Unidentified);
        Assert.DoesNotContain("delta", known.Unidentified);
        Assert.Empty(Of(Planted.Law, rows, Gamma).Unidentified);
    }

    [Fact]
    public void A_term_that_is_not_seen_is_told()
    {
        var law = LawList.Find("chinchilla");
        LawObservation[] rows = [.. Planted.Rows(checkpoints: 8).Select(row => row with { Loss = 2 + Math.Pow(row.Point.Tokens, -0.4) })];
        var known = Of(law, rows);
        Assert.Contains("alpha", known.Unidentified);
        Assert.DoesNotContain("beta", known.Unidentified);
    }

    [Fact]
    public void One_rate_that_differs_a_little_from_size_to_size_does_not_tell_gamma()
    {
        // As with 2:4: nominally the small differences determine gamma, and delta with it.
        foreach (var noise in new[] { 0, 0.003 })
        {
            var rows = Planted.Drifting([0.25], checkpoints: 12, noise: noise);
            var known = Of(Planted.Law, rows);
            Assert.Empty(TermsOfRate.Except(known.Unidentified));
            Assert.DoesNotContain("beta", known.Unidentified);
            Assert.True(known.Rank < 7);
            Assert.Contains(known.Reasons, reason => reason.Contains("3 sizes and 1 rate of each", StringComparison.Ordinal));
            Assert.Contains(known.Reasons, reason => reason.Contains("--fix gamma=0", StringComparison.Ordinal));
            Assert.Empty(Of(Planted.Law, Planted.Drifting([0.25], checkpoints: 12), Gamma).Unidentified);
        }
    }

    [Fact]
    public void Many_sizes_with_different_rates_tell_gamma_though_each_has_one()
    {
        LawObservation[] rows =
        [
            .. Enumerable.Range(0, 9).SelectMany(size => Planted.Rows(
                sizes: [0.3 * Math.Pow(1.5, size)], rates: [Planted.ThreeRates[size * 2 % 3]], checkpoints: 8, noise: 0.001, seed: size)),
        ];
        Assert.Empty(Of(Planted.Law, rows).Unidentified);
    }

    [Theory]
    [InlineData("alpha", 5.0, "N_C alpha")]
    [InlineData("beta", 5.0, "D_C beta")]
    [InlineData("gamma", 5.0, "N_C D_C E gamma")]
    [InlineData("delta", -2.0, "N_C D_C E delta")]
    public void A_scale_is_not_quoted_if_its_exponent_is_at_the_end_of_its_range(string exponent, double bound, string lost)
    {
        var constants = (double[])Planted.Constants.Clone();
        constants[Planted.Law.Description.Parameters.TakeWhile(parameter => parameter.Name != exponent).Count()] = bound;
        constants[1] *= exponent == "beta" ? Math.Pow(0.5 / 12, bound - Planted.Constants[4]) : 1; // of the same size at the fewest tokens
        var rows = Planted.Rows(checkpoints: 12);
        var fit = new LawFit(Planted.Law, constants, 0, FitStatus.BoundHit, 1, 1, [exponent]);
        var known = Identifiability.Of(FitProblem.Create(Planted.Law, rows), fit, rows);
        Assert.Equal(lost.Split(' '), known.Unidentified);
        Assert.Equal(
            [$"{exponent} lies at the end of its range: its part of the law is not seen in these rows",
            $"{string.Join(", ", lost.Split(' ')[..^1])}: a scale says nothing without its exponent"],
            known.Reasons);
    }

    [Fact]
    public void A_fit_that_runs_to_the_end_of_alpha_quotes_neither_alpha_nor_its_scale()
    {
        // A part of the loss that the smallest size alone has.
        LawObservation[] rows =
        [
            .. Planted.Rows(sizes: [0.8, 1, 1.25], checkpoints: 12, noise: 0.002)
                .Select(row => row with { Loss = row.Loss + (row.Point.Size < 1 ? 0.4 * Math.Pow(row.Point.Rate, 1.2) : 0) }),
        ];
        var problem = FitProblem.Create(Planted.Law, rows);
        var fit = LawFitter.Fit(problem, new FitSettings(), TestContext.Current.CancellationToken);
        Assert.Equal("alpha", Assert.Single(fit.AtBound));
        var known = Identifiability.Of(problem, fit, rows);
        Assert.Empty(AlphaAndScale.Except(known.Unidentified));
        Assert.DoesNotContain("beta", known.Unidentified);
        Assert.DoesNotContain("gamma", known.Unidentified);
    }

    [Fact]
    public void A_bad_condition_refuses_the_constants_in_the_weak_directions_and_no_others()
    {
        // Three sizes that are nearly one: the rank is full, and N0 says nothing for all that.
        var rows = Planted.Rows(sizes: [1, 1.01, 1.02], checkpoints: 12);
        var problem = FitProblem.Create(Planted.Law, rows);
        var known = Identifiability.Of(problem, new LawFit(Planted.Law, Planted.Constants, 0, FitStatus.Converged, 1, 1, []), rows);
        Assert.Equal(7, known.Rank);
        Assert.InRange(known.Condition, 1e5, 1e9);
        Assert.Empty(TermsOfSize.Except(known.Unidentified));
        Assert.DoesNotContain("beta", known.Unidentified);
        Assert.DoesNotContain("gamma", known.Unidentified);
        Assert.Contains("depend on noise more than on the law", Assert.Single(known.Reasons), StringComparison.Ordinal);
        Assert.Empty(Of(Planted.Law, Planted.Rows(checkpoints: 12, noise: 0.005)).Unidentified);
    }

    private static Identifiability Of(ILaw law, LawObservation[] rows, IReadOnlyDictionary<string, double>? givens = null)
    {
        var problem = FitProblem.Create(law, rows, givens);
        return Identifiability.Of(problem, LawFitter.Fit(problem, new FitSettings(), TestContext.Current.CancellationToken), rows);
    }
}
