using LlmEfficiency.SparseRL.Checks;
using LlmEfficiency.SparseRL.Corrections;

namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>
/// The loss of policy optimisation, stretch by stretch of a response: scale · Σ_t kept_t · (w_t · surrogate_t + β · KL_t + mismatch_t).
/// Weights, masks and advantages are constants.
/// </summary>
public sealed class PolicyObjective
{
    private readonly ObjectiveSettings _settings;

    /// <summary>Makes the objective of validated settings.</summary>
    public PolicyObjective(ObjectiveSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
    }

    /// <summary>Computes what some tokens of a response add to the loss, and its derivatives.</summary>
    /// <param name="terms">The response.</param>
    /// <param name="first">The number of the first of these tokens in the response.</param>
    /// <param name="current">ln π_θ of these tokens.</param>
    /// <param name="slopes">Receives d loss / d ln π_θ of each: 0 where a token has no loss.</param>
    /// <param name="statistics">Counts what happened.</param>
    /// <returns>The loss of these tokens.</returns>
    /// <exception cref="ArgumentException">The objective needs a reference and the response has none.</exception>
    public double Evaluate(
        SequenceTerms terms, int first, ReadOnlySpan<float> current, Span<float> slopes, PolicyStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(statistics);
        Lengths.RequireEqual(slopes.Length, current.Length, nameof(slopes));
        if (_settings.NeedsReference && !terms.LogProbabilities.HasReference)
        {
            throw new ArgumentException("kl_loss_coef needs log-probabilities of a reference model", nameof(terms));
        }

        var loss = 0.0;
        for (var i = 0; i < current.Length; i++)
        {
            slopes[i] = 0;
            if (terms.Correction.Kept[first + i])
            {
                var term = Token(terms, first + i, current[i], statistics);
                loss += terms.Scale * term.Loss;
                slopes[i] = (float)(terms.Scale * term.Slope);
            }
        }

        statistics.AddLoss(loss);
        return loss;
    }

    /// <summary>Returns ln s of a response for <see cref="SequenceTerms.SequenceLogRatio"/>.</summary>
    /// <param name="terms">The response.</param>
    /// <param name="current">ln π_θ of all its tokens.</param>
    public double SequenceLogRatio(SequenceTerms terms, ReadOnlySpan<float> current)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var anchor = new float[current.Length];
        for (var token = 0; token < anchor.Length; token++)
        {
            anchor[token] = Anchor(terms.LogProbabilities, token);
        }

        return SequenceSurrogate.LogRatio(current, anchor, terms.Correction.Kept);
    }

    private LossTerm Token(SequenceTerms terms, int token, double current, PolicyStatistics statistics)
    {
        var logProbabilities = terms.LogProbabilities;
        var logRatio = current - Anchor(logProbabilities, token);
        var surrogate = Surrogate(terms, token, logRatio);
        var (loss, slope) = (surrogate.Loss, surrogate.Slope);
        statistics.AddToken(surrogate, logRatio);
        if (_settings.NeedsReference)
        {
            var kl = KlEstimator.Of(_settings.KlLossType, current - logProbabilities.Reference[token]);
            statistics.AddKl(kl.Loss);
            loss += _settings.KlLossCoef * kl.Loss;
            slope += _settings.KlLossCoef * kl.Slope;
        }

        if (_settings.MismatchCoef > 0 && token >= logProbabilities.ExactTokens)
        {
            var penalty = MismatchPenalty.Of(current, logProbabilities.Sparse(token));
            statistics.AddMismatch(penalty.Loss);
            loss += _settings.MismatchCoef * penalty.Loss;
            slope += _settings.MismatchCoef * penalty.Slope;
        }

        return new LossTerm(loss, slope);
    }

    /// <summary>Returns the weighted surrogate of a token; of GSPO its share of the response's: all shares sum to it.</summary>
    private SurrogateTerm Surrogate(SequenceTerms terms, int token, double logRatio)
    {
        var isSequence = _settings.LossMode == LossMode.Gspo;
        var term = ClippedSurrogate.Of(
            isSequence ? terms.SequenceLogRatio ?? 0 : logRatio,
            terms.Advantage,
            _settings.ClipRatioLow,
            _settings.ClipRatioHigh,
            _settings.ClipRatioC);
        var weight = terms.Correction.Weights[token];
        var slopeWeight = isSequence ? terms.Correction.KeptWeight / terms.Correction.KeptTokens : weight;
        return term with { Loss = weight * term.Loss, Slope = slopeWeight * term.Slope };
    }

    private float Anchor(SequenceLogProbabilities logProbabilities, int token) =>
        _settings.RolloutCorrection.BypassMode ? logProbabilities.Sparse(token) : logProbabilities.Old[token];
}
