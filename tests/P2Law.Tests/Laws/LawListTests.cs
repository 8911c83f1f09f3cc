using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Laws;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Laws;

public sealed class LawListTests
{
    public static TheoryData<string> Names => [.. LawList.All.Select(law => law.Description.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Slopes_are_those_of_finite_differences(string name)
    {
        var law = LawList.Find(name);
        var random = new Random(1);
        var gradient = new double[law.Description.Parameters.Count];
        for (var trial = 0; trial < 50; trial++)
        {
            var constants = Constants(law, random);
            var point = new LawPoint(0.2 + random.NextDouble(), 0.2 + random.NextDouble(), 0.1 + (0.6 * random.NextDouble()), 2, 3);
            law.Gradient(constants, point, gradient);
            for (var at = 0; at < constants.Length; at++)
            {
                const double Step = 1e-6;
                var (up, down) = ((double[])constants.Clone(), (double[])constants.Clone());
                up[at] += Step;
                down[at] -= Step;
                var slope = (law.Loss(up, point) - law.Loss(down, point)) / (2 * Step);
                Assert.Equal(slope, gradient[at], 1e-6 * (1 + Math.Abs(slope)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_law_says_what_it_needs(string name)
    {
        var law = LawList.Find(name);
        var constants = Constants(law, new Random(2));
        foreach (var input in Enum.GetValues<LawInputs>().Where(input => input != LawInputs.None))
        {
            double Of(LawInputs one, double value) => one == input ? double.NaN : value;
            var point = new LawPoint(
                Of(LawInputs.Size, 1.5), Of(LawInputs.Tokens, 0.7), Of(LawInputs.Rate, 0.3), Of(LawInputs.BaseLoss, 2), Of(LawInputs.BaseTokens, 3));
            Assert.Equal(law.Description.Inputs.HasFlag(input), double.IsNaN(law.Loss(constants, point)));
        }
    }

    [Fact]
    public void P2_Law_by_hand()
    {
        // (1/0.25)^-1 = 0.25; (1/4)^0.5 = 0.5; 8/4^1.5 + 6/2^1 + 2 = 1 + 3 + 2
        var loss = LawList.Find("p2").Loss([8, 6, 2, 1.5, 1, -1, 0.5], new LawPoint(4, 2, 0.25, 1.75));
        Assert.Equal(1.75 + (0.25 * 0.5 * 6), loss, 1e-14);
    }

    [Fact]
    public void The_laws_without_a_part_are_P2_Law_with_that_part_set_to_nothing()
    {
        var point = new LawPoint(1.5, 0.4, 0.3, 2.1);
        double Loss(string law, params double[] constants) => LawList.Find(law).Loss(constants, point);
        var all = Loss("p2", 0.5, 0.1, 0.6, 0.3, 0.4, -1.2, 0.2);
        Assert.Equal(all - 2.1, Loss("p2-no-l0", 0.5, 0.1, 0.6, 0.3, 0.4, -1.2, 0.2), 1e-14);
        Assert.Equal(Loss("p2", 0.5, 0.1, 0.6, 0.3, 0.4, 0, 0.2), Loss("p2-no-rho", 0.5, 0.1, 0.6, 0.3, 0.4, 0.2), 1e-14);
        Assert.Equal(Loss("p2", 0.5, 0.1, 0.6, 0.3, 0.4, -1.2, 0), Loss("p2-no-n0", 0.5, 0.1, 0.6, 0.3, 0.4, -1.2), 1e-14);
        Assert.Equal(Loss("p2", 0.5, 0.1, 0, 0.3, 0.4, -1.2, 0.2), Loss("p2-no-e", 0.5, 0.1, 0.3, 0.4, -1.2, 0.2), 1e-14);
        Assert.Equal(Loss("p2", 0.5, 0, 0.6, 0.3, 0.4, -1.2, 0.2), Loss("p2-no-d", 0.5, 0.6, 0.3, -1.2, 0.2), 1e-14);
        Assert.Equal(2.1 + ((all - 2.1) * Math.Pow(0.7, -1.2)), Loss("p2-odds", 0.5, 0.1, 0.6, 0.3, 0.4, -1.2, 0.2), 1e-14);
        Assert.Equal(
            2.1 + ((all - 2.1) * Math.Pow(0.3, 0.7 * Math.Log(1.5))), Loss("p2-rho-n0", 0.5, 0.1, 0.6, 0.3, 0.4, -1.2, 0.2, -0.7), 1e-14);
    }

    [Fact]
    public void Names_are_different_and_a_misspelled_one_is_told()
    {
        Assert.Equal(LawList.All.Count, LawList.All.Select(law => law.Description.Name).Distinct().Count());
        var problem = Assert.Throws<LlmEfficiencyException>(() => LawList.Find("chinchila"));
        Assert.Contains("did you mean 'chinchilla'", problem.Message, StringComparison.Ordinal);
    }

    private static double[] Constants(ILaw law, Random random) =>
    [
        .. law.Description.Coefficients.Select(_ => 0.2 + random.NextDouble()),
        .. law.Description.Exponents.Select(exponent => exponent.Starts[^1] * (0.7 + (0.5 * random.NextDouble()))),
    ];
}
