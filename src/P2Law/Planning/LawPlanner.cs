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
    /// <exception cref="LlmEfficiencyException">The question cannot be asked of this law or model.</exception>
    public PlanAnswer Answer(PlanQuestion question, PlannedModel model, bool isDense)
    {
        question.Check();
        var (asymptote, perToken) = (law.Asymptote(model, law.Constants), model.FlopsPerToken(isDense));
        Check(question, asymptote, perToken);
        var tokens = Tokens(question, model, law.Constants, perToken);
        var isFeasible = double.IsFinite(tokens);
        double[] repeated = [.. law.Draws.Select(constants => Tokens(question, model, constants, perToken))];
        ParameterInterval? interval = repeated.Length > 0 ? BootstrapIntervals.Percentile(repeated, law.Level) : null;
        var (loss, isFlat) = (isFeasible ? Loss(law.Constants) : asymptote, law.IsFlat(model, law.Constants));
        return new PlanAnswer(
            question,
            model,
            isFeasible,
            tokens,
            interval,
            loss,
            isFeasible ? Repeated(Loss) : null,
            tokens * perToken,
            interval is { } known ? new ParameterInterval(known.Lower * perToken, known.Upper * perToken) : null,
            asymptote,
            Repeated(constants => law.Asymptote(model, constants)),
            repeated.Length > 0 ? repeated.Count(double.IsInfinity) / (double)repeated.Length : null,
            [
                .. PlanWords.Verdict(question, law.Card.Law, isFlat, tokens, loss, asymptote),
                .. law.Extrapolations(model, isFeasible && !isFlat ? tokens : double.NaN),
            ]);

        double Loss(double[] constants) => law.Loss(model, Math.Max(tokens, law.FewestTokens), constants);
    }

    private void Check(PlanQuestion question, double asymptote, double perToken)
    {
        if (question.Kind == PlanKind.Fraction && double.IsNegativeInfinity(asymptote))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Usage, $"--fraction: the law {law.Card.Law} has no asymptote, so there is no gap to close a part of: ask with --slope or --target-loss");
        }

        if (question.Kind == PlanKind.Compute && double.IsNaN(perToken))
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, "--compute needs --n0: the FLOPs of a token follow from the size");
        }
    }

    private double Tokens(PlanQuestion question, PlannedModel model, double[] constants, double perToken) => question.Kind switch
    {
        PlanKind.Slope => law.TokensForGain(model, question.Value, constants),
        PlanKind.TargetLoss => law.TokensForLoss(model, question.Value, constants),
        PlanKind.Compute => question.Value / perToken,
        PlanKind.Fraction => law.TokensForFraction(model, question.Start, question.Value, constants),
        _ => question.Value,
    };

    private ParameterInterval? Repeated(Func<double[], double> value) =>
        law.Draws.Count > 0 ? BootstrapIntervals.Percentile(law.Draws.Select(value), law.Level) : null;
}
