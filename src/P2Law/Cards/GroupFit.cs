using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Validation;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>Fits one group of rows and examines the fit.</summary>
/// <param name="request">What is to be done.</param>
/// <param name="progress">Hears what is being done.</param>
internal sealed class GroupFit(FitRequest request, IProgress<string>? progress)
{
    /// <summary>Fits.</summary>
    public FitCard Card(string group, LawObservation[] rows, CancellationToken cancellation)
    {
        progress?.Report("fit");
        var (settings, law) = (request.Settings, request.Law.Description);
        var problem = FitProblem.Create(request.Law, rows, request.Givens);
        var fit = LawFitter.Fit(problem, settings, cancellation);
        var identifiability = Identifiability.Of(problem, fit, rows);
        var draws = ClusterBootstrap.Run(problem, rows, fit, settings, request.Bootstrap, progress, cancellation);
        var intervals = new IntervalSettings(request.Bootstrap with { Kind = draws.Kind }, request.Level);
        return new FitCard
        {
            Law = law.Name,
            Formula = law.Formula,
            Group = group,
            Objective = settings.Objective.Name,
            HuberDelta = settings.HuberDelta,
            ObjectiveValue = fit.Objective,
            Status = fit.Status,
            Starts = fit.Starts,
            StartsAtBest = fit.StartsAtBest,
            Constants = ConstantTable.Of(request, problem, rows, fit, draws.Constants, identifiability.Unidentified, cancellation),
            Identifiability = identifiability,
            Range = DataRange.Of(rows, request.Columns.SizeUnit, request.Columns.TokenUnit),
            Metrics = LawMetrics.Of(fit, rows, problem.FreeCount, settings.HuberDelta),
            HoldOuts = [.. request.HoldOuts.Select(way => Judge(way, rows, intervals, cancellation))],
            Comparison = [.. request.Rivals.Select(rival => Compare(rival, rows, cancellation))],
            Bootstrap = request.Bootstrap.Draws > 0
                ? new BootstrapRecord(draws.Kind, request.Bootstrap.Draws, draws.Constants, draws.TooFew, draws.Deficient) : null,
        };
    }

    private HoldOutResult Judge(HoldOut way, LawObservation[] rows, IntervalSettings intervals, CancellationToken cancellation)
    {
        progress?.Report($"hold out {way.Name}");
        return HoldOutRun.Of(request.Law, rows, way, request.Settings, request.Givens, intervals, cancellation);
    }

    private ComparedLaw Compare(ILaw rival, LawObservation[] rows, CancellationToken cancellation)
    {
        progress?.Report($"fit {rival.Description.Name}");
        return LawComparison.Of(rival, rows, request.Settings, request.HoldOuts, cancellation);
    }
}
