using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Planning;
using LlmEfficiency.P2Law.Reporting;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Planning;

/// <summary>Answers that are no ordinary number say what they are.</summary>
public sealed class PlainAnswerTests
{
    // A, E, k, gamma, delta: L = L0 + rho (A exp(-k D) + E), D in billions.
    private static readonly double[] Exponential = [2, 0.5, 10, -1, 0];

    private static readonly PlannedModel Model = new(1.5e9, 0.25, 2.4);

    [Theory]
    [InlineData("exponential", 3.025)]
    [InlineData("sengupta", 2.88)]
    public void A_loss_that_is_there_already_needs_no_tokens(string name, double before)
    {
        double[] constants = name == "sengupta" ? [0.9, -1] : Exponential;
        var answer = Ask(EditedFits.Of(name, constants, constants), PlanKind.TargetLoss, 9);
        Assert.Equal((true, 0, 0), (answer.IsFeasible, answer.Tokens, answer.Flops));
        Assert.Equal(before, answer.Loss, 1e-9);
        Assert.Contains(answer.Notes, note => note.StartsWith("0 tokens: the law is at ", StringComparison.Ordinal));
        Assert.DoesNotContain(answer.Notes, note => note.Contains("infeasible", StringComparison.Ordinal));
        Assert.Equal((0, 0), (answer.TokensInterval!.Value.Lower, answer.TokensInterval.Value.Upper));
    }

    [Fact]
    public void A_curve_that_is_never_so_steep_needs_no_tokens()
    {
        var law = EditedFits.Of("exponential", Exponential);
        var answer = Ask(law, PlanKind.Slope, 1e-3);
        Assert.Equal((true, 0), (answer.IsFeasible, answer.Tokens));
        Assert.Contains(answer.Notes, note => note.StartsWith("0 tokens: the curve is already flatter", StringComparison.Ordinal));
        var later = Ask(law, PlanKind.Slope, 1e-10); // rho A k exp(-k D) = 0.1 nats a billion
        Assert.Equal(Math.Log(0.25 * 2 * 10 / 0.1) / 10 * 1e9, later.Tokens, 1e5);
    }

    [Fact]
    public void A_law_without_an_asymptote_says_so_and_has_no_part_of_a_gap()
    {
        var law = EditedFits.Of("logarithmic", [0.08, 1, -1, 0], [0.08, 1, -1, 0], [0.1, 1, -1, 0]); // L = L0 + rho (1 - 0.08 ln D)
        var answer = Ask(law, PlanKind.TargetLoss, 2.6);
        Assert.Equal(double.NegativeInfinity, answer.Asymptote);
        Assert.Equal(Math.Exp(0.2 / 0.08), answer.Tokens / 1e9, 1e-6);
        Assert.Contains(answer.Notes, note => note.Contains("has no asymptote", StringComparison.Ordinal));
        Assert.Contains(PlanTables.Rows(answer, law), row => row.SequenceEqual(["asymptote", "none", "–"]));
        var problem = Assert.Throws<LlmEfficiencyException>(() =>
            new LawPlanner(law).Answer(new PlanQuestion(PlanKind.Fraction, 0.5, 1e8), Model, isDense: false));
        Assert.StartsWith("--fraction: the law logarithmic has no asymptote", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0.45)]
    [InlineData(0.12, 0)]
    public void A_fit_without_tokens_has_numbers_and_says_so(double coefficient, double exponent)
    {
        double[] constants = [.. Planted.Constants];
        (constants[1], constants[4]) = (coefficient, exponent);
        var law = EditedFits.Of("p2", constants, constants, constants);
        foreach (var question in new[]
        {
            new PlanQuestion(PlanKind.Slope, 1e-12), new PlanQuestion(PlanKind.TargetLoss, 5), new PlanQuestion(PlanKind.Fraction, 0.5, 1e8),
            new PlanQuestion(PlanKind.Tokens, 1e9), new PlanQuestion(PlanKind.TargetLoss, 2.4),
        })
        {
            var answer = new LawPlanner(law).Answer(question, Model, isDense: false);
            Assert.Equal(question.Kind == PlanKind.Tokens ? 1e9 : answer.IsFeasible ? 0 : double.PositiveInfinity, answer.Tokens);
            Assert.Equal(question.Value != 2.4, answer.IsFeasible);
            Assert.Equal(answer.Asymptote, answer.Loss, 1e-12);
            Assert.Contains(answer.Notes, note => note.Contains("does not depend on tokens", StringComparison.Ordinal));
            Assert.DoesNotContain(PlanTables.Rows(answer, law), row => row.Any(cell => cell.Contains("NaN", StringComparison.Ordinal) || cell.Contains("Infinity", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Compute_has_the_interval_of_the_tokens()
    {
        double[][] draws = [.. Enumerable.Range(0, 21).Select(at => (double[])[0.5, 0.1 + (0.002 * at), 0.6, 0.3, 0.45, -1.2, 0.15])];
        var law = EditedFits.Of("p2", Planted.Constants, draws);
        var answer = Ask(law, PlanKind.Slope, 1e-10);
        var perToken = 6 * 0.75 * 1.5e9;
        Assert.True(answer.TokensInterval!.Value.Upper > answer.TokensInterval.Value.Lower);
        Assert.Equal(answer.TokensInterval.Value.Lower * perToken, answer.FlopsInterval!.Value.Lower, 1e-6 * answer.Flops);
        Assert.Equal(answer.TokensInterval.Value.Upper * perToken, answer.FlopsInterval.Value.Upper, 1e-6 * answer.Flops);
    }

    [Theory]
    [InlineData(PlanKind.Slope, -1, "--slope is -1: allowed is a number above 0")]
    [InlineData(PlanKind.TargetLoss, 0, "--target-loss is 0")]
    [InlineData(PlanKind.Tokens, double.PositiveInfinity, "--tokens is ")]
    [InlineData(PlanKind.Compute, double.NaN, "--compute is NaN")]
    [InlineData(PlanKind.Fraction, 1, "--fraction is 1: allowed is a part between 0 and 1")]
    public void A_number_that_cannot_be_is_refused_with_its_option(PlanKind kind, double value, string said)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => new PlanQuestion(kind, value, 1).Check());
        Assert.StartsWith(said, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compute_without_a_size_is_refused()
    {
        var law = EditedFits.Of("sengupta", [0.9, -1]);
        var problem = Assert.Throws<LlmEfficiencyException>(() => new LawPlanner(law)
            .Answer(new PlanQuestion(PlanKind.Compute, 1e18), new PlannedModel(double.NaN, 0.25, 2.4), isDense: false));
        Assert.Contains("--compute needs --n0", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_intervals_are_explained_by_the_file_that_was_asked()
    {
        var whole = EditedFits.File(Planted.Rows(checkpoints: 3), "p2", Planted.Constants, Planted.Constants, Planted.Constants);
        Assert.Null(FittedLaw.Find(whole, null).IntervalNote);
        var printed = FitFiles.Parse("printed", System.Text.Encoding.UTF8.GetBytes(FitFiles.ToShortJson(whole)));
        var note = FittedLaw.Find(printed, null).IntervalNote;
        Assert.Contains("the 2 repeated fits are left out of what 'p2 fit --json' prints", note, StringComparison.Ordinal);
        Assert.Contains("--out", note, StringComparison.Ordinal);
        Assert.Contains("--bootstrap 0", EditedFits.Of("p2", Planted.Constants).IntervalNote, StringComparison.Ordinal);
    }

    private static PlanAnswer Ask(FittedLaw law, PlanKind kind, double value) =>
        new LawPlanner(law).Answer(new PlanQuestion(kind, value), Model, isDense: false);
}
