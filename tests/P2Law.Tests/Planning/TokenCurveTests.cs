using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Planning;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Planning;

public sealed class TokenCurveTests
{
    private static readonly LawPoint Place = new(1.5, 1, 0.25, 2.4);

    private static readonly TokenCurve Curve = TokenCurve.Of(Planted.Law, Planted.Constants, Place)!.Value;

    [Fact]
    public void The_curve_of_P2_Law_is_its_formula()
    {
        var factor = Math.Pow(0.25, 1.2) * Math.Pow(1.5, -0.15);
        Assert.Equal(2.4 + (factor * ((0.5 * Math.Pow(1.5, -0.3)) + 0.6)), Curve.Asymptote, 1e-12);
        Assert.Equal((factor * 0.12, 0.45), (Curve.Scale, Curve.Exponent), (one, two) => Math.Abs(one.Item1 - two.Item1) < 1e-12 && one.Item2 == two.Item2);
        foreach (var tokens in new[] { 0.01, 0.5, 30 })
        {
            Assert.Equal(Planted.Law.Loss(Planted.Constants, Place.WithTokens(tokens)), Curve.Loss(tokens), 1e-12);
            Assert.Equal((Curve.Loss(tokens * 0.999) - Curve.Loss(tokens * 1.001)) / (0.002 * tokens), Curve.Gain(tokens), 1e-5 * Curve.Gain(tokens));
        }
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(40)]
    public void Closed_forms_and_searches_agree(double tokens)
    {
        var loss = Curve.Loss;
        Assert.Equal(tokens, Curve.TokensForLoss(Curve.Loss(tokens)), 1e-8 * tokens);
        Assert.Equal(tokens, Curve.TokensForGain(Curve.Gain(tokens)), 1e-8 * tokens);
        Assert.Equal(tokens, TokenRoot.ForLoss(loss, 1, Curve.Loss(tokens)), 1e-6 * tokens);
        Assert.Equal(tokens, TokenRoot.ForGain(loss, 1, Curve.Gain(tokens)), 1e-5 * tokens);
        var end = Curve.TokensForFraction(tokens, 0.9);
        Assert.Equal(0.1 * (Curve.Loss(tokens) - Curve.Asymptote), Curve.Loss(end) - Curve.Asymptote, 1e-12);
    }

    [Theory]
    [InlineData(0, 0.45)]
    [InlineData(0.12, 0)]
    public void A_term_without_tokens_makes_a_flat_curve_not_a_number_that_is_none(double coefficient, double exponent)
    {
        double[] constants = [.. Planted.Constants];
        (constants[1], constants[4]) = (coefficient, exponent);
        var flat = TokenCurve.Of(Planted.Law, constants, Place)!.Value;
        var loss = Planted.Law.Loss(constants, Place.WithTokens(7));
        Assert.True(flat.IsFlat);
        Assert.Equal(loss, flat.Asymptote, 1e-12);
        Assert.Equal((0, 0, 0), (flat.TokensForGain(1e-9), flat.TokensForLoss(loss + 1e-9), flat.TokensForFraction(1, 0.5)));
        Assert.Equal(double.PositiveInfinity, flat.TokensForLoss(loss - 1e-9));
    }

    [Theory]
    [InlineData(-0.12, 0.45)]
    [InlineData(0.12, -0.45)]
    public void A_curve_that_rises_is_left_to_the_search(double coefficient, double exponent)
    {
        double[] constants = [.. Planted.Constants];
        (constants[1], constants[4]) = (coefficient, exponent);
        Assert.Null(TokenCurve.Of(Planted.Law, constants, Place));
    }

    [Fact]
    public void The_asymptote_is_out_of_reach()
    {
        Assert.Equal(double.PositiveInfinity, Curve.TokensForLoss(Curve.Asymptote));
        Assert.Equal(double.PositiveInfinity, TokenRoot.ForLoss(Curve.Loss, 1, Curve.Asymptote - 0.01));
        Assert.Equal(Curve.Asymptote, TokenRoot.Asymptote(Curve.Loss, 1), 1e-6);
    }
}
