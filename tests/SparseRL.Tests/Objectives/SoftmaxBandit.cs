using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Objectives;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

/// <summary>One step, a few arms: every expectation is a sum over the arms.</summary>
/// <param name="sparse">The sampler's probabilities.</param>
/// <param name="old">The dense policy's, of which the logits are trained.</param>
/// <param name="values">The advantage of each arm.</param>
internal sealed class SoftmaxBandit(double[] sparse, double[] old, double[] values)
{
    /// <summary>Returns the expected gradient of the loss by the logits, the arms drawn by the sampler.</summary>
    public double[] ExpectedGradient(ObjectiveSettings settings)
    {
        var batch = sparse.Zip(old, (s, p) => new SequenceLogProbabilities([(float)Math.Log(s)], [(float)Math.Log(p)])).ToArray();
        var corrected = RolloutCorrection.Of(batch, settings.RolloutCorrection);
        var terms = SequenceTerms.Of(settings, batch, corrected.Sequences, values, 1);
        var objective = new PolicyObjective(settings);
        var gradient = new double[old.Length];
        for (var arm = 0; arm < old.Length; arm++)
        {
            // the batch's divisor is undone: an expectation weighs arms by the sampler's probability
            var slope = new float[1];
            _ = objective.Evaluate(terms[arm] with { Scale = 1 }, 0, batch[arm].Old, slope, new PolicyStatistics());
            for (var k = 0; k < gradient.Length; k++)
            {
                gradient[k] += sparse[arm] * slope[0] * ((arm == k ? 1 : 0) - old[k]);
            }
        }

        return gradient;
    }

    /// <summary>Returns −∂/∂logits of Σ_a w_a A_a ln p_a, weights held: w = p is the true policy gradient.</summary>
    public double[] Gradient(Func<int, double> weight)
    {
        var sum = values.Select((value, arm) => weight(arm) * value).Sum();
        return [.. values.Select((value, k) => (old[k] * sum) - (weight(k) * value))];
    }
}
