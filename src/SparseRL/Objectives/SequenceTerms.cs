using LlmEfficiency.SparseRL.Checks;
using LlmEfficiency.SparseRL.Corrections;

namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>All that the loss of a response needs besides its current log-probabilities: constants of a mini-batch.</summary>
public sealed record SequenceTerms
{
    /// <summary>Gets the log-probabilities of the frozen policies.</summary>
    public required SequenceLogProbabilities LogProbabilities { get; init; }

    /// <summary>Gets weights and mask.</summary>
    public required CorrectedSequence Correction { get; init; }

    /// <summary>Gets the advantage.</summary>
    public required double Advantage { get; init; }

    /// <summary>Gets by what the sum over tokens is multiplied.</summary>
    public required double Scale { get; init; }

    /// <summary>Gets ln s of the whole response under the current parameters; for GSPO only, null means the old ones still.</summary>
    public double? SequenceLogRatio { get; init; }

    /// <summary>Makes the terms of a mini-batch.</summary>
    /// <param name="settings">The objective.</param>
    /// <param name="batch">The responses of the mini-batch.</param>
    /// <param name="corrections">Their corrections, made over the whole rollout batch.</param>
    /// <param name="advantages">Their advantages.</param>
    /// <param name="longest">Most tokens of a response.</param>
    public static IReadOnlyList<SequenceTerms> Of(
        ObjectiveSettings settings,
        IReadOnlyList<SequenceLogProbabilities> batch,
        IReadOnlyList<CorrectedSequence> corrections,
        IReadOnlyList<double> advantages,
        int longest)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(corrections);
        ArgumentNullException.ThrowIfNull(advantages);
        Lengths.RequireEqual(corrections.Count, batch.Count, nameof(corrections));
        Lengths.RequireEqual(advantages.Count, batch.Count, nameof(advantages));
        var scales = LossAggregation.Scales(
            settings.LossAggMode,
            [.. batch.Select(sequence => sequence.Tokens)],
            [.. corrections.Select(sequence => sequence.KeptTokens)],
            settings.LossScaleFactor ?? longest,
            settings.Renormalize);
        return
        [
            .. batch.Select((sequence, i) => new SequenceTerms
            {
                LogProbabilities = sequence, Correction = corrections[i], Advantage = advantages[i], Scale = scales[i],
            }),
        ];
    }
}
