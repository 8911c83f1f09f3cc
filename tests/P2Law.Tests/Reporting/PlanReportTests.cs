using LlmEfficiency.P2Law.Planning;
using LlmEfficiency.P2Law.Reporting;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Reporting;

public sealed class PlanReportTests
{
    private static readonly PlannedModel Model = new(1.5e9, 0.25, 2.4);

    private static readonly FittedLaw Law = EditedFits.Of("p2", Planted.Constants, Planted.Constants, [0.5, 0.13, 0.6, 0.3, 0.45, -1.2, 0.15]);

    [Fact]
    public void The_page_has_the_answer_the_curve_its_band_the_asymptote_and_the_planned_place()
    {
        var answer = Answer(PlanKind.Slope, 5e-11);
        var html = PlanReport.Build(answer, Law).ToHtml();
        foreach (var part in new[] { FitTables.Number(answer.Tokens), "asymptote", "class=\"band s0", "class=\"band s1", "dot: the plan", Law.File.DataSha256, "N0 = 1.5e+9, rho = 0.25" })
        {
            Assert.Contains(part, html, StringComparison.Ordinal);
        }

        Assert.Equal(2, Dots(html)); // on the loss and on the gain
        Assert.DoesNotContain("outside the charts", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PlanKind.TargetLoss, 2.41, "infeasible: no number of tokens goes below the asymptote")]
    [InlineData(PlanKind.Tokens, 1e20, "the plan lies outside the charts")]
    public void A_plan_that_has_no_place_on_the_curve_has_no_dot(PlanKind kind, double value, string said)
    {
        var html = PlanReport.Build(Answer(kind, value), Law).ToHtml();
        Assert.Contains(said, html, StringComparison.Ordinal);
        Assert.Equal(0, Dots(html));
    }

    [Fact]
    public void The_page_of_a_choice_marks_the_best_model()
    {
        PlannedModel[] models = [new(1.5e9, BaseLoss: 2.5), new(3e9, BaseLoss: 2.4)];
        var plan = new SizePlanner(Law).Choose(1.2e9, models, new PlanQuestion(PlanKind.Compute, 1e19), isDense: true);
        var html = PlanReport.Build(plan, Law).ToHtml();
        Assert.Contains($"{PlanReport.Name(plan.Candidates[0].Model)} (best)", html, StringComparison.Ordinal);
        Assert.Contains("the second is", html, StringComparison.Ordinal);
        Assert.Equal(1, Dots(html));
    }

    [Fact]
    public void A_law_without_tokens_has_a_page_without_curves()
    {
        var law = EditedFits.Of("sengupta", [0.9, -1]);
        var card = law.Card with { Range = law.Card.Range with { LeastTokens = null, MostTokens = null } };
        var file = EditedFits.File(Planted.Rows(checkpoints: 2), "sengupta", [0.9, -1]);
        var bare = new FittedLaw(file with { Fits = [card] }, card);
        var html = PlanReport.Build(new LawPlanner(bare).Answer(new PlanQuestion(PlanKind.TargetLoss, 9), Model, isDense: false), bare).ToHtml();
        Assert.Contains("no curves", html, StringComparison.Ordinal);
        Assert.Contains("does not depend on tokens", html, StringComparison.Ordinal);
    }

    private static PlanAnswer Answer(PlanKind kind, double value) => new LawPlanner(Law).Answer(new PlanQuestion(kind, value), Model, isDense: false);

    private static int Dots(string html) => html.Split("<circle class=\"dot line").Length - 1;
}
