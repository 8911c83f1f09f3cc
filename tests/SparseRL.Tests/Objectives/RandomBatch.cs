using CsCheck;
using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Objectives;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

/// <summary>A mini-batch with all that can happen to a token: inside and outside of clip and window, rejected, masked, exact.</summary>
internal sealed record RandomBatch(
    IReadOnlyList<SequenceLogProbabilities> Sequences, IReadOnlyList<float[]> Current, IReadOnlyList<double> Advantages)
{
    public const int Longest = 8;

    private static readonly Gen<float> Old = Gen.Float[-3, -0.05f];

    // mostly small mismatches, some beyond truncation, window and bound, one in twenty below the rejection threshold
    private static readonly Gen<float> Mismatch = Gen.Frequency(
        (15, Gen.Float[-0.5f, 0.5f]), (4, Gen.Float[-2, 2]), (1, Gen.Float[-14, -9]));

    private static readonly Gen<(float Old, float Mismatch, float Staleness, float Reference, bool Counts)> Token =
        Gen.Select(Old, Mismatch, Gen.Float[-0.6f, 0.6f], Gen.Float[-1, 1], Gen.Frequency((8, Gen.Const(true)), (1, Gen.Const(false))));

    private static readonly Gen<(SequenceLogProbabilities Sequence, float[] Current, double Advantage)> Sequence =
        Gen.Select(Token.Array[0, Longest], Gen.Int[0, 3], Gen.Double[-2, 2], (tokens, exact, advantage) => (
            new SequenceLogProbabilities(
                [.. tokens.Select(token => token.Old - token.Mismatch)],
                [.. tokens.Select(token => token.Old)],
                [.. tokens.Select(token => token.Old + token.Reference)],
                Math.Min(exact, tokens.Length),
                [.. tokens.Select(token => token.Counts)]),
            tokens.Select(token => token.Old + token.Staleness).ToArray(),
            advantage));

    public static Gen<RandomBatch> Any { get; } = Sequence.Array[1, 5].Select(sequences => new RandomBatch(
        [.. sequences.Select(sequence => sequence.Sequence)],
        [.. sequences.Select(sequence => sequence.Current)],
        [.. sequences.Select(sequence => sequence.Advantage)]));

    /// <summary>Returns the terms under an objective, of GSPO with the ratios of the current log-probabilities.</summary>
    public IReadOnlyList<SequenceTerms> Terms(ObjectiveSettings settings)
    {
        var corrected = RolloutCorrection.Of(Sequences, settings.RolloutCorrection);
        return SequenceTerms.Of(settings, Sequences, corrected.Sequences, Advantages, Longest);
    }

    /// <summary>Computes loss and slopes of the whole mini-batch.</summary>
    public (double Loss, float[][] Slopes, PolicyStatistics Statistics) Evaluate(ObjectiveSettings settings) =>
        Evaluate(settings, Terms(settings));

    /// <summary>Computes loss and slopes of the whole mini-batch with given weights, masks and scales.</summary>
    public (double Loss, float[][] Slopes, PolicyStatistics Statistics) Evaluate(
        ObjectiveSettings settings, IReadOnlyList<SequenceTerms> terms)
    {
        var objective = new PolicyObjective(settings);
        var statistics = new PolicyStatistics();
        var slopes = Current.Select(current => new float[current.Length]).ToArray();
        var loss = 0.0;
        for (var i = 0; i < Current.Count; i++)
        {
            var whole = terms[i] with { SequenceLogRatio = objective.SequenceLogRatio(terms[i], Current[i]) };
            loss += objective.Evaluate(whole, 0, Current[i], slopes[i], statistics);
        }

        return (loss, slopes, statistics);
    }

    /// <summary>Returns the same mini-batch with another log-probability of one token.</summary>
    public RandomBatch With(int sequence, int token, float value)
    {
        var current = Current.Select(values => values.ToArray()).ToArray();
        current[sequence][token] = value;
        return this with { Current = current };
    }
}
