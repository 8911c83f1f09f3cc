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

    [Fact]
    public void The_asymptote_is_out_of_reach()
    {
        Assert.Equal(double.PositiveInfinity, Curve.TokensForLoss(Curve.Asymptote));
        Assert.Equal(double.PositiveInfinity, TokenRoot.ForLoss(Curve.Loss, 1, Curve.Asymptote - 0.01));
        Assert.Equal(Curve.Asymptote, TokenRoot.Asymptote(Curve.Loss, 1), 1e-6);
    }
}
