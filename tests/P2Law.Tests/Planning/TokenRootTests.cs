using LlmEfficiency.P2Law.Planning;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Planning;

/// <summary>Searches against closed forms of curves that are no powers.</summary>
public sealed class TokenRootTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1e9, 1e-8)]
    [InlineData(3e5, 2e-6)]
    public void An_exponential_recovery_has_an_end_and_a_steepest_place(double typical, double rate)
    {
        double Loss(double tokens) => 1.7 + (0.4 * Math.Exp(-rate * tokens));
        Assert.Equal(1.7, TokenRoot.Asymptote(Loss, typical), 1e-12);
        Assert.Equal(0, TokenRoot.ForLoss(Loss, typical, 9));
        Assert.Equal(0, TokenRoot.ForLoss(Loss, typical, 2.1));
        Assert.Equal(double.PositiveInfinity, TokenRoot.ForLoss(Loss, typical, 1.7));
        Assert.Equal(Math.Log(0.4 / 0.05) / rate, TokenRoot.ForLoss(Loss, typical, 1.75), 1e-7 / rate);
        Assert.Equal(0, TokenRoot.ForGain(Loss, typical, 0.41 * rate));
        Assert.Equal(0, TokenRoot.ForGain(Loss, typical, 100 * rate));
        Assert.Equal(Math.Log(0.4 / 0.01) / rate, TokenRoot.ForGain(Loss, typical, 0.01 * rate), 1e-4 / rate);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2e8)]
    public void A_logarithm_reaches_every_loss_and_has_no_asymptote(double typical)
    {
        double Loss(double tokens) => 2 - (0.03 * Math.Log(tokens / typical));
        Assert.Equal(double.NegativeInfinity, TokenRoot.Asymptote(Loss, typical));
        foreach (var log in new[] { -20, -1, 3, 40, 300 })
        {
            Assert.Equal(log, Math.Log(TokenRoot.ForLoss(Loss, typical, 2 - (0.03 * log)) / typical), 1e-6);
        }

        Assert.Equal(0.03 / 1e-3 * typical, TokenRoot.ForGain(Loss, typical, 1e-3 / typical), 1e-3 * typical);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.3)]
    [InlineData(2)]
    public void A_power_however_slow_has_its_asymptote(double exponent)
    {
        double Loss(double tokens) => 1.5 + (0.2 * Math.Pow(tokens, -exponent));
        Assert.Equal(1.5, TokenRoot.Asymptote(Loss, 1), 0.2 * Math.Exp(-600 * exponent) + 1e-12);
        Assert.False(TokenRoot.IsFlat(Loss, 1));
    }

    [Fact]
    public void A_flat_curve_is_where_it_is()
    {
        static double Loss(double tokens) => 1.5;
        Assert.True(TokenRoot.IsFlat(Loss, 1));
        Assert.Equal((0, 0), (TokenRoot.ForLoss(Loss, 1, 1.5), TokenRoot.ForGain(Loss, 1, 1e-12)));
        Assert.Equal(double.PositiveInfinity, TokenRoot.ForLoss(Loss, 1, 1.4999));
        Assert.Equal(1.5, TokenRoot.Asymptote(Loss, 1));
    }

    [Fact]
    public void A_loss_that_falls_and_rises_goes_below_its_lowest_place_nowhere()
    {
        static double Loss(double tokens) => 1 + Math.Pow(Math.Log(tokens), 2);
        Assert.Equal(1, TokenRoot.Asymptote(Loss, 1), 1e-9);
        Assert.Equal(Math.Exp(-2), TokenRoot.ForLoss(Loss, 1, 5), 1e-6);
        Assert.Equal(double.PositiveInfinity, TokenRoot.ForLoss(Loss, 1, 0.9));
    }
}
