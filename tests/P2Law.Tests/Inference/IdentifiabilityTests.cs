using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Inference;

public sealed class IdentifiabilityTests
{
    private static readonly string[] TermsOfSize = ["N_C", "alpha", "E"];

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
        Assert.Empty(Of(Planted.Law, rows, new Dictionary<string, double> { ["gamma"] = 0 }).Unidentified);
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

    private static Identifiability Of(ILaw law, LawObservation[] rows, IReadOnlyDictionary<string, double>? givens = null)
    {
        var problem = FitProblem.Create(law, rows, givens);
        return Identifiability.Of(problem, LawFitter.Fit(problem, new FitSettings(), TestContext.Current.CancellationToken), rows);
    }
}
