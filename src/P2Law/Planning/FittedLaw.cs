using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>A fit that is asked. Sizes and tokens are counted one by one.</summary>
public sealed class FittedLaw
{
    private readonly double _sizeUnit;
    private readonly double _tokenUnit;

    /// <summary>Takes a fit out of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="card">The fit, one of the file's.</param>
    public FittedLaw(FitFile file, FitCard card)
    {
        (_sizeUnit, _tokenUnit) = (file.Columns.SizeUnit, file.Columns.TokenUnit);
        (File, Card, Level) = (file, card, file.Level);
        Law = LawList.Find(card.Law);
        Constants = [.. card.Constants.Select(constant => constant.PredictionValue)];
        Draws = card.Bootstrap?.Draws ?? [];
    }

    /// <summary>Gets the file that the fit is kept in: which table it was made of, and where that has what.</summary>
    public FitFile File { get; }

    /// <summary>Gets the fit as it is kept.</summary>
    public FitCard Card { get; }

    /// <summary>Gets the confidence of intervals.</summary>
    public double Level { get; }

    /// <summary>Gets the law.</summary>
    public ILaw Law { get; }

    /// <summary>Gets the constants.</summary>
    public double[] Constants { get; }

    /// <summary>Gets the constants of the repeated fits; empty if there are none.</summary>
    public IReadOnlyList<double[]> Draws { get; }

    /// <summary>Gets why answers have no intervals, and what to do; null if they have.</summary>
    public string? IntervalNote => Draws.Count > 0 ? null
        : Card.Bootstrap is { Asked: > 0 and var asked }
            ? $"no intervals: the {asked.ToString(CultureInfo.InvariantCulture)} repeated fits are left out of what 'p2 fit --json' prints: ask the file that 'p2 fit --out FILE' wrote"
            : "no intervals: the law was fitted without repeated fits (--bootstrap 0, or none of them had enough rows)";

    /// <summary>Gets the fewest tokens that a search looks at: what the law says of no tokens at all.</summary>
    public double FewestTokens => TokenRoot.Fewest(Typical);

    /// <summary>Takes the fit of a group out of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="group">The group; null if the file has only one fit.</param>
    /// <exception cref="LlmEfficiencyException">There is no such group, or there are several.</exception>
    public static FittedLaw Find(FitFile file, string? group)
    {
        string[] groups = [.. file.Fits.Select(fit => fit.Group)];
        if (group is null && groups.Length > 1)
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"the file has several fits: choose with --group, of {string.Join(", ", groups)}");
        }

        return file.Fits.FirstOrDefault(fit => group is null || fit.Group == group) is { } card
            ? new FittedLaw(file, card)
            : throw new LlmEfficiencyException(ErrorKind.Usage, $"the file has no fit of '{group}': choose of {string.Join(", ", groups)}");
    }

    /// <summary>Returns the place of a model, in the units of the fit.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">D.</param>
    /// <exception cref="LlmEfficiencyException">The law needs what is not given.</exception>
    public LawPoint Point(PlannedModel model, double tokens)
    {
        (LawInputs Input, double Value, string Option)[] needs =
        [
            (LawInputs.Size, model.Size, "--n0"), (LawInputs.Rate, model.Rate, "--rho"), (LawInputs.BaseLoss, model.BaseLoss, "--l0"),
            (LawInputs.BaseTokens, model.BaseTokens, "--d1"),
        ];
        return needs.FirstOrDefault(need => Law.Description.Inputs.HasFlag(need.Input) && double.IsNaN(need.Value)) is { Option: { } option }
            ? throw new LlmEfficiencyException(ErrorKind.Usage, $"the law {Card.Law} needs {option}")
            : new LawPoint(model.Size / _sizeUnit, tokens / _tokenUnit, model.Rate, model.BaseLoss, model.BaseTokens / _tokenUnit);
    }

    /// <summary>Returns the loss after tokens, in nats.</summary>
    public double Loss(PlannedModel model, double tokens, double[] constants) => Law.Loss(constants, Point(model, tokens));

    /// <summary>Returns the loss that no number of tokens goes below; negative infinity if it falls without end.</summary>
    public double Asymptote(PlannedModel model, double[] constants) => Curve(model, constants)?.Asymptote
        ?? TokenRoot.Asymptote(tokens => Loss(model, tokens, constants), Typical);

    /// <summary>Returns whether the loss is the same after any number of tokens.</summary>
    public bool IsFlat(PlannedModel model, double[] constants) => Curve(model, constants)?.IsFlat
        ?? TokenRoot.IsFlat(tokens => Loss(model, tokens, constants), Typical);

    /// <summary>Returns the tokens that a target needs; 0 if the law is there without any, infinite if it is out of reach.</summary>
    public double TokensForLoss(PlannedModel model, double target, double[] constants) => Curve(model, constants) is { } curve
        ? curve.TokensForLoss(target) * _tokenUnit
        : TokenRoot.ForLoss(tokens => Loss(model, tokens, constants), Typical, target);

    /// <summary>Returns the tokens after which one more brings less than τ nats; 0 if none ever brings more.</summary>
    public double TokensForGain(PlannedModel model, double gain, double[] constants) => Curve(model, constants) is { } curve
        ? curve.TokensForGain(gain * _tokenUnit) * _tokenUnit
        : TokenRoot.ForGain(tokens => Loss(model, tokens, constants), Typical, gain);

    /// <summary>Returns the tokens that close a part of the gap between the loss at D0 and the asymptote; 0 if there is no gap.</summary>
    /// <param name="model">The model.</param>
    /// <param name="start">D0.</param>
    /// <param name="fraction">The part.</param>
    /// <param name="constants">The constants of the law.</param>
    public double TokensForFraction(PlannedModel model, double start, double fraction, double[] constants)
    {
        if (IsFlat(model, constants))
        {
            return 0;
        }

        var (from, end) = (Loss(model, start, constants), Asymptote(model, constants));
        return double.IsFinite(end) ? TokensForLoss(model, end + ((1 - fraction) * (from - end)), constants) : double.PositiveInfinity;
    }

    /// <summary>Says where a question lies outside what was measured.</summary>
    public IEnumerable<string> Extrapolations(PlannedModel model, double tokens)
    {
        var range = Card.Range;
        (string Name, double Value, double? Least, double? Most)[] checks =
        [
            ("N0", model.Size, range.LeastSize, range.MostSize),
            ("rho", model.Rate, range.LeastRate, range.MostRate),
            ("D", tokens, range.LeastTokens, range.MostTokens),
        ];
        return checks.Where(check => check.Value < check.Least * (1 - 1e-9) || check.Value > check.Most * (1 + 1e-9))
            .Select(check => FormattableString.Invariant(
                $"{check.Name} = {check.Value:G4} lies outside the rows ({check.Least:G4} to {check.Most:G4}): this is an extrapolation"));
    }

    private double Typical => Math.Sqrt((Card.Range.LeastTokens ?? 1) * (Card.Range.MostTokens ?? 1));

    private TokenCurve? Curve(PlannedModel model, double[] constants) => TokenCurve.Of(Law, constants, Point(model, _tokenUnit));
}
