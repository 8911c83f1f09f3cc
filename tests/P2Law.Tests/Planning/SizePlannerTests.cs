using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Planning;
using LlmEfficiency.P2Law.Reporting;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Planning;

public sealed class SizePlannerTests
{
    private static readonly PlannedModel[] Models =
        [.. new[] { 1.5, 2, 3 }.Select(size => new PlannedModel(size * 1e9, BaseLoss: Planted.BaseLoss(size)))];

    // Nine repeated fits whose gamma moves about the planted one.
    private static readonly double[][] Draws =
        [.. Enumerable.Range(-4, 9).Select(at => (double[])[.. Planted.Constants[..5], Planted.Constants[5] + (0.05 * at), Planted.Constants[6]])];

    private static readonly FittedLaw Law = EditedFits.Of("p2", Planted.Constants, Draws);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_compute_gives_fewer_tokens_to_a_larger_model_where_zeros_cost(bool isDense)
    {
        var plan = new SizePlanner(Law).Choose(1.2e9, Models, new PlanQuestion(PlanKind.Compute, 1e19), isDense);
        foreach (var one in plan.Candidates)
        {
            var tokens = 1e19 / (6 * (isDense ? one.Model.Size : 1.2e9));
            Assert.Equal(tokens, one.Tokens, 1e-6 * tokens);
            Assert.Equal(1e19, one.Flops, 1e10);
            Assert.Equal(Loss(Planted.Constants, one.Model.Size / 1e9, tokens / 1e9), one.Loss, 1e-9);
        }
    }

    [Fact]
    public void The_lead_is_the_difference_of_the_two_best_each_repeated_fit_compared_with_itself()
    {
        var plan = new SizePlanner(Law).Choose(1.2e9, Models, new PlanQuestion(PlanKind.Tokens, 5e8), isDense: false);
        var (best, second) = (plan.Candidates[0], plan.Candidates[1]);
        Assert.Equal(second.Loss - best.Loss, plan.Lead!.Loss, 1e-12);
        double[] differences = [.. Draws.Select(draw => Loss(draw, second.Model.Size / 1e9, 0.5) - Loss(draw, best.Model.Size / 1e9, 0.5)).Order()];
        Assert.InRange(plan.Lead.Interval!.Value.Lower, differences[0], differences[1]);
        Assert.InRange(plan.Lead.Interval.Value.Upper, differences[^2], differences[^1]);
        var said = Assert.Single(PlanTables.Notes(plan, Law), note => note.StartsWith("the second is", StringComparison.Ordinal));
        Assert.Equal(plan.Lead.Interval.Value.Contains(0), said.Contains("the choice is open", StringComparison.Ordinal));
        Assert.Null(new SizePlanner(Law).Choose(1.2e9, Models[..1], new PlanQuestion(PlanKind.Tokens, 5e8), isDense: false).Lead);
    }

    [Fact]
    public void Models_come_from_the_fitted_table_with_the_mean_loss_of_their_runs()
    {
        var rows = Planted.Rows(checkpoints: 2, seeds: 2)
            .Select(row => row.Run.EndsWith('1') ? row with { Point = new LawPoint(row.Point.Size, row.Point.Tokens, row.Point.Rate, row.Point.BaseLoss + 0.1) } : row);
        var models = new SizePlanner(Law).Models(EditedFits.Table([.. rows]));
        Assert.Equal([0.5e9, 1.5e9, 3e9], models.Select(model => model.Size));
        Assert.All(models, model => Assert.Equal(Planted.BaseLoss(model.Size / 1e9) + 0.05, model.BaseLoss, 1e-9));
    }

    [Fact]
    public void A_question_that_is_no_budget_is_refused() => Assert.Contains(
        "--final-size needs a budget",
        Assert.Throws<LlmEfficiencyException>(() => new SizePlanner(Law).Choose(1e9, Models, new PlanQuestion(PlanKind.Slope, 1), false)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_law_that_takes_a_pruned_model_for_its_base_is_not_asked() => Assert.Contains(
        "the law chinchilla does not know the pruning rate",
        Assert.Throws<LlmEfficiencyException>(() => new SizePlanner(EditedFits.Of("chinchilla", [1, 1, 1, 0.3, 0.3]))
            .Choose(1e9, Models, new PlanQuestion(PlanKind.Tokens, 1e9), false)).Message,
        StringComparison.Ordinal);

    private static double Loss(double[] constants, double size, double tokens) =>
        Planted.Law.Loss(constants, new LawPoint(size, tokens, 1 - (1.2 / size), Planted.BaseLoss(size)));
}
