using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>Fits of a law to parts of the rows, with what they predict of the rest.</summary>
internal sealed class PartialFits(
    ILaw law, FitSettings settings, IReadOnlyDictionary<string, double>? givens, IntervalSettings? intervals, CancellationToken cancellation)
{
    private readonly List<LawObservation> _tested = [];
    private readonly List<double> _predictions = [];
    private readonly List<HeldOutRow> _rows = [];
    private double[]? _known;
    private PartialRank? _weakest;
    private (BootstrapKind Kind, int Count) _draws;

    /// <summary>Gets how many fits there are.</summary>
    public int Count { get; private set; }

    /// <summary>Fits to some rows and predicts others.</summary>
    public void Add(LawObservation[] part, LawObservation[] test)
    {
        var problem = FitProblem.Create(law, part, givens);
        var fit = _known is null ? LawFitter.Fit(problem, settings, cancellation) : Refit.From(problem, settings, _known, cancellation);
        _known ??= fit.Parameters;
        _tested.AddRange(test);
        _predictions.AddRange(test.Select(row => fit.Predict(row.Point)));
        var (rank, known) = (Sensitivity.Typical(problem).Rank, Identifiability.Of(problem, fit, part));
        if (_weakest is null || rank < _weakest.Rank || (rank == _weakest.Rank && known.Unidentified.Count > _weakest.Unidentified.Count))
        {
            _weakest = new PartialRank(rank, known.FreeCount, known.Unidentified);
        }

        AddIntervals(problem, part, fit, test);
        Count++;
    }

    /// <summary>Returns the agreement of all predictions with the rows that were kept back.</summary>
    /// <param name="name">What was kept back.</param>
    /// <param name="constants">How many constants a fit has.</param>
    public HoldOutResult Result(string name, int constants) => new(
        name,
        Count,
        LawMetrics.Of(_tested, _predictions, constants, settings.HuberDelta),
        null,
        _weakest,
        _rows.Count < _tested.Count || intervals is null ? null : new HeldOutIntervals(
            intervals.Level,
            _draws.Kind,
            _draws.Count,
            _rows.Average(row => row.Interval.Contains(row.Loss) ? 1.0 : 0),
            _rows.Average(row => row.Interval.Upper - row.Interval.Lower),
            _rows));

    private void AddIntervals(FitProblem problem, LawObservation[] part, LawFit fit, LawObservation[] test)
    {
        if (intervals is null)
        {
            return;
        }

        var draws = ClusterBootstrap.Run(problem, part, fit, settings, intervals.Bootstrap, null, cancellation);
        if (draws.Constants.Count == 0)
        {
            return;
        }

        _draws = (draws.Kind, _draws.Count + draws.Constants.Count);
        var ends = PredictionIntervals.Of(
            problem, part, fit, draws.Constants, [.. test.Select(row => row.Point)], intervals.Level, intervals.Bootstrap.Seed);
        _rows.AddRange(test.Zip(ends, (row, interval) => new HeldOutRow(
            row.Run,
            row.Point.Size * settings.SizeUnit,
            row.Point.Rate,
            row.Point.Tokens * settings.TokenUnit,
            row.Loss,
            fit.Predict(row.Point),
            interval)));
    }
}
