using LlmEfficiency.P2Law.Fitting;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Fitting;

public sealed class PlantedFitTests
{
    [Theory]
    [InlineData("vp-mse")]
    [InlineData("lm-mse")]
    [InlineData("log-mse")]
    [InlineData("huber")]
    [InlineData("lse-huber")]
    public void Planted_constants_come_back(string objective)
    {
        var fit = LawFitter.Fit(
            FitProblem.Create(Planted.Law, Planted.Rows()),
            new FitSettings { Objective = FitObjective.Find(objective) },
            TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"{fit.Objective} {fit.Status} {fit.StartsAtBest}/{fit.Starts} {string.Join(' ', fit.Parameters)}");
        foreach (var (found, planted) in fit.Parameters.Zip(Planted.Constants))
        {
            Assert.InRange(found / planted, 0.999, 1.001);
        }
    }
}
