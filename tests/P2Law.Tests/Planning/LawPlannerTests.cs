using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Planning;
using LlmEfficiency.P2Law.Reporting;
using LlmEfficiency.P2Law.Validation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Planning;

/// <summary>From a table on the disk to a plan, in sizes and tokens that are counted one by one.</summary>
public sealed class LawPlannerTests : IDisposable
{
    private static readonly PlannedModel Model = new(1.5e9, 0.25, Planted.BaseLoss(1.5));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plan_is_that_of_the_planted_law()
    {
        var planner = new LawPlanner(FittedLaw.Find(Fits(noise: 0), null));
        var curve = TokenCurve.Of(Planted.Law, Planted.Constants, new LawPoint(1.5, 1, 0.25, Model.BaseLoss))!.Value;
        Assert.Equal(curve.Loss(0.3), planner.Predict(Model, 3e8).Loss, 1e-6);
        Near(curve.TokensForGain(0.05), Ask(PlanKind.Slope, 0.05 / 1e9));
        Near(curve.TokensForLoss(curve.Loss(0.4)), Ask(PlanKind.TargetLoss, curve.Loss(0.4)));
        Near(0.7, Ask(PlanKind.Tokens, 7e8));
        Near(1 / (6 * 0.75 * 1.5), Ask(PlanKind.Compute, 1e18));
        Near(1 / (6 * 1.5), planner.Answer(new PlanQuestion(PlanKind.Compute, 1e18), Model, isDense: true));
        Near(curve.TokensForFraction(0.1, 0.6), planner.Answer(new PlanQuestion(PlanKind.Fraction, 0.6, 1e8), Model, isDense: false));
        Assert.Equal(6 * 0.75 * 1.5e9 * 7e8, Ask(PlanKind.Tokens, 7e8).Flops, 1e6);
        var never = Ask(PlanKind.TargetLoss, curve.Asymptote - 0.01);
        Assert.False(never.IsFeasible);
        Assert.Equal((double.PositiveInfinity, 1), (never.Tokens, never.InfeasibleShare));
        Assert.Equal(curve.Asymptote, never.Asymptote, 1e-5);

        PlanAnswer Ask(PlanKind kind, double value) => planner.Answer(new PlanQuestion(kind, value), Model, isDense: false);

        static void Near(double billions, PlanAnswer answer) => Assert.Equal(billions * 1e9, answer.Tokens, 1e-3 * billions * 1e9);
    }

    [Fact]
    public void Intervals_hold_the_estimate_and_outside_the_rows_a_note_says_so()
    {
        var planner = new LawPlanner(FittedLaw.Find(Fits(noise: 0.005), null));
        var inside = planner.Predict(Model, 4e8);
        Assert.True(inside.Interval!.Value.Contains(inside.Loss));
        Assert.True(inside.MeasurementInterval!.Value.Upper > inside.Interval.Value.Upper + 0.005);
        Assert.Empty(inside.Notes);
        Assert.Equal(3, planner.Predict(Model with { Size = 7e9, Rate = 0.6 }, 4e10).Notes.Count);
    }

    [Fact]
    public void The_best_model_for_a_size_comes_first()
    {
        var planner = new SizePlanner(FittedLaw.Find(Fits(noise: 0), null));
        PlannedModel[] models = [.. new[] { 1.5, 3 }.Select(size => new PlannedModel(size * 1e9, BaseLoss: Planted.BaseLoss(size)))];
        var plan = planner.Choose(1.2e9, models, new PlanQuestion(PlanKind.Tokens, 5e8), isDense: false);
        double Loss(double size) => Planted.Law.Loss(Planted.Constants, new LawPoint(size, 0.5, 1 - (1.2 / size), Planted.BaseLoss(size)));
        Assert.Equal(Math.Min(Loss(1.5), Loss(3)), plan.Candidates[0].Loss, 1e-5);
        Assert.Equal(Math.Max(Loss(1.5), Loss(3)), plan.Candidates[1].Loss, 1e-5);
        Assert.Equal((1, 0), (plan.Candidates[0].BestShare, plan.Candidates[1].BestShare));
        Assert.All(plan.Candidates, one => Assert.Equal(6 * 1.2e9 * 5e8, one.Flops, 1e6));
        Assert.Throws<LlmEfficiencyException>(() => planner.Choose(2e9, models, new PlanQuestion(PlanKind.Tokens, 5e8), isDense: false));
    }

    [Fact]
    public void Fits_come_back_from_the_disk_and_other_files_are_refused()
    {
        var fits = Fits(noise: 0.005);
        FitFiles.Save(fits, _folder.File("fit.json"));
        Assert.Equal(FitFiles.ToJson(fits), FitFiles.ToJson(FitFiles.Read(_folder.File("fit.json"))));
        Assert.Contains("\"draws\"", FitFiles.ToJson(fits), StringComparison.Ordinal);
        Assert.DoesNotContain("\"draws\"", FitFiles.ToShortJson(fits), StringComparison.Ordinal);
        foreach (var (from, to) in new[] { ("\"alpha\"", "\"alfa\""), ("\"p2\"", "\"p3\""), ("\"version\":1", "\"version\":2"), ("llmeff-p2-fit", "x"), ("\"level\":0.95", "\"level\":null") })
        {
            var changed = FitFiles.ToJson(fits).Replace(from, to, StringComparison.Ordinal);
            Assert.Equal(ErrorKind.Input, Assert.Throws<LlmEfficiencyException>(() => FitFiles.Parse("f", System.Text.Encoding.UTF8.GetBytes(changed))).Kind);
        }
    }

    [Fact]
    public void Constants_that_are_not_known_are_not_quoted()
    {
        var fits = Fits(noise: 0.003, sizes: [0.5, 1.5]);
        var table = FitTables.Constants(fits, fits.Fits[0]);
        Assert.Equal(FitTables.NotIdentified, table.Single(row => row[0] == "alpha")[1]);
        Assert.NotEqual(FitTables.NotIdentified, table.Single(row => row[0] == "gamma")[1]);
        Assert.Null(fits.Fits[0].Constants.Single(constant => constant.Name == "N_C").Value);
        Assert.Null(fits.Fits[0].Constants.Single(constant => constant.Name == "N_C").BootstrapInterval);
        var again = FitFiles.Parse("again", System.Text.Encoding.UTF8.GetBytes(FitFiles.ToJson(fits)));
        Assert.Equal(FitFiles.ToJson(fits), FitFiles.ToJson(again));
        Assert.True(double.IsFinite(new LawPlanner(FittedLaw.Find(again, null)).Predict(Model, 4e8).Loss));
    }

    private FitFile Fits(double noise, double[]? sizes = null)
    {
        var path = _folder.File("rows.csv");
        var rows = Planted.Rows(sizes: sizes, checkpoints: 5, noise: noise, seed: 11);
        File.WriteAllLines(path, rows.Select(row => string.Create(
                CultureInfo.InvariantCulture, $"{row.Run},{row.Point.Size * 1e9:R},{row.Point.Rate:R},{row.Point.BaseLoss:R},{row.Point.Tokens * 1e9:R},{row.Loss:R}"))
            .Prepend("run,n0,rho,l0,tokens,loss"));
        return FitRun.Execute(
            new FitRequest
            {
                Law = Planted.Law,
                Columns = Planted.Columns,
                Settings = new FitSettings { SizeUnit = 1e9, TokenUnit = 1e9 },
                Bootstrap = new BootstrapSettings { Draws = 20, Kind = BootstrapKind.Wild },
                HoldOuts = [HoldOut.Find("tokens")],
            },
            path,
            cancellation: TestContext.Current.CancellationToken);
    }
}
