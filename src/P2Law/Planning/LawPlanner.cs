using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Inference;
using MathNet.Numerics.Distributions;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>Answers questions with a fitted law; every answer has an interval from the repeated fits.</summary>
/// <param name="law">The fitted law.</param>
public sealed class LawPlanner(FittedLaw law)
{
    /// <summary>Predicts a loss.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">D.</param>
    public LossPrediction Predict(PlannedModel model, double tokens)
    {
        var loss = law.Loss(model, tokens, law.Constants);
        var interval = Repeated(constants => law.Loss(model, tokens, constants));
        var scatter = Normal.InvCDF(0, 1, (1 + law.Level) / 2) * law.Card.Metrics.Deviation;
        ParameterInterval? measured = interval is { } known
            ? new ParameterInterval(loss - Wider(loss - known.Lower), loss + Wider(known.Upper - loss))
            : null;
        return new LossPrediction(model, tokens, loss, interval, measured, [.. law.Extrapolations(model, tokens)]);

        double Wider(double half) => Math.Sqrt((half * half) + (scatter * scatter));
    }

    /// <summary>Finds how many tokens a model should get.</summary>
    /// <param name="question">What decides.</param>
    /// <param name="model">The model.</param>
    /// <param name="isDense">Whether zeros cost compute too.</param>
    public PlanAnswer Answer(PlanQuestion question, PlannedModel model, bool isDense)
    {
        Check(question);
        var tokens = Tokens(question, model, law.Constants, isDense);
        var asymptote = law.Asymptote(model, law.Constants);
        var isFeasible = double.IsFinite(tokens);
        double[] repeated = [.. law.Draws.Select(constants => Tokens(question, model, constants, isDense))];
        return new PlanAnswer(
            question,
            model,
            isFeasible,
            tokens,
            repeated.Length > 0 ? BootstrapIntervals.Percentile(repeated, law.Level) : null,
            isFeasible ? law.Loss(model, tokens, law.Constants) : asymptote,
            isFeasible ? Repeated(constants => law.Loss(model, tokens, constants)) : null,
            tokens * model.FlopsPerToken(isDense),
            asymptote,
            Repeated(constants => law.Asymptote(model, constants)),
            repeated.Length > 0 ? repeated.Count(double.IsInfinity) / (double)repeated.Length : null,
            [.. law.Extrapolations(model, isFeasible ? tokens : double.NaN)]);
    }

    /// <summary>Finds which of several models is the best one after it is pruned to a size and trained.</summary>
    /// <param name="finalSize">The parameters that are to be left.</param>
    /// <param name="models">The models; their rates do not matter.</param>
    /// <param name="tokens">The tokens of each.</param>
    /// <returns>The models with the rates that lead to the size, the best one first.</returns>
    /// <exception cref="LlmEfficiencyException">A model is not larger than the size.</exception>
    public SizePlan Choose(double finalSize, IReadOnlyList<PlannedModel> models, double tokens)
    {
        if (models.FirstOrDefault(model => !(model.Size > finalSize)) is { } small)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, FormattableString.Invariant($"{small.Size:G6} parameters cannot be pruned to {finalSize:G6}: leave it out"));
        }

        PlannedModel[] pruned = [.. models.Select(model => model with { Rate = 1 - (finalSize / model.Size) })];
        double[][] losses = [.. law.Draws.Select(constants => pruned.Select(model => law.Loss(model, tokens, constants)).ToArray())];
        var candidates = pruned.Select((model, at) => new SizeCandidate(
            model,
            law.Loss(model, tokens, law.Constants),
            Repeated(constants => law.Loss(model, tokens, constants)),
            losses.Length > 0 ? losses.Count(one => Array.IndexOf(one, one.Min()) == at) / (double)losses.Length : null,
            [.. law.Extrapolations(model, tokens)]));
        return new SizePlan(finalSize, tokens, 6 * finalSize * tokens, [.. candidates.OrderBy(candidate => candidate.Loss)]);
    }

    private static void Check(PlanQuestion question)
    {
        var isRight = question.Kind == PlanKind.Fraction
            ? question is { Value: > 0 and < 1, Start: > 0 }
            : question.Value > 0 && double.IsFinite(question.Value);
        if (!isRight)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, question.Kind == PlanKind.Fraction
                ? FormattableString.Invariant($"the part of the gap is {question.Value} from {question.Start} tokens: allowed is a part between 0 and 1, from more than 0 tokens")
                : FormattableString.Invariant($"the plan's {question.Kind} is {question.Value}: allowed is a number above 0"));
        }
    }

    private double Tokens(PlanQuestion question, PlannedModel model, double[] constants, bool isDense) => question.Kind switch
    {
        PlanKind.Slope => law.TokensForGain(model, question.Value, constants),
        PlanKind.TargetLoss => law.TokensForLoss(model, question.Value, constants),
        PlanKind.Compute => question.Value / model.FlopsPerToken(isDense),
        PlanKind.Fraction => TokensForFraction(question, model, constants),
        _ => question.Value,
    };

    private double TokensForFraction(PlanQuestion question, PlannedModel model, double[] constants)
    {
        var (start, end) = (law.Loss(model, question.Start, constants), law.Asymptote(model, constants));
        return law.TokensForLoss(model, end + ((1 - question.Value) * (start - end)), constants);
    }

    private ParameterInterval? Repeated(Func<double[], double> value) =>
        law.Draws.Count > 0 ? BootstrapIntervals.Percentile(law.Draws.Select(value), law.Level) : null;
}
