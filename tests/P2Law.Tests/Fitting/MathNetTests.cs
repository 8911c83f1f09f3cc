using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Fitting;

/// <summary>Another library's searches end where ours do.</summary>
public sealed class MathNetTests
{
    [Fact]
    public void Levenberg_and_Marquardt()
    {
        var rows = Planted.Rows(checkpoints: 10, noise: 0.001, seed: 6);
        var ours = LawFitter.Fit(FitProblem.Create(Planted.Law, rows), new FitSettings(), TestContext.Current.CancellationToken);
        var model = ObjectiveFunction.NonlinearModel(
            (constants, x) => Vector<double>.Build.Dense(x.Count, row => Planted.Law.Loss(constants.ToArray(), rows[row].Point)),
            Vector<double>.Build.Dense(rows.Length, row => row),
            Vector<double>.Build.Dense([.. rows.Select(row => row.Loss)]),
            accuracyOrder: 4);
        var theirs = new LevenbergMarquardtMinimizer(maximumIterations: 500)
            .FindMinimum(model, Vector<double>.Build.Dense([0.4, 0.15, 0.5, 0.35, 0.4, -1, 0.1]));
        Assert.Empty(ours.AtBound); // theirs has no bounds
        Assert.Equal(ours.Objective, theirs.ModelInfoAtMinimum.Value, 1e-6 * ours.Objective);
    }

    [Fact]
    public void Broyden_Fletcher_Goldfarb_and_Shanno()
    {
        var rows = Planted.Rows(checkpoints: 4, noise: 0.002, seed: 7);
        var problem = FitProblem.Create(Planted.Law, rows);
        var settings = new FitSettings { Objective = FitObjective.Find("lse-huber"), HuberDelta = 0.005 };
        var ours = LawFitter.Fit(problem, settings, TestContext.Current.CancellationToken);
        var model = new FullResiduals(problem, isLogarithmic: true, isWeighted: false);
        var objective = new RobustObjective(model, problem.Weights, settings.HuberDelta);
        var start = new double[7];
        model.ToCoordinates([0.4, 0.15, 0.5, 0.35, 0.4, -1, 0.1], start);
        var theirs = new BfgsMinimizer(1e-9, 1e-12, 1e-14, 2000).FindMinimum(
            ObjectiveFunction.Gradient(
                at =>
                {
                    var slope = new double[7];
                    var value = objective.Evaluate(at.ToArray(), slope);
                    return (value, Vector<double>.Build.Dense(slope));
                }),
            Vector<double>.Build.Dense(start));
        Assert.Equal(ours.Objective, theirs.FunctionInfoAtMinimum.Value * objective.SumFactor, 1e-6 * ours.Objective);
    }
}
