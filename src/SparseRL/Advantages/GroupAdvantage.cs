namespace LlmEfficiency.SparseRL.Advantages;

/// <summary>Advantages within the group of responses to one prompt. All rewards count, those of rejected responses too.</summary>
public static class GroupAdvantage
{
    private const double Epsilon = 1e-6;

    /// <summary>Returns (r − mean) / (std + 1e-6), with the standard deviation of n − 1.</summary>
    /// <remarks>All 0 for a group of equal rewards and for a group of one: neither says which response is better.</remarks>
    public static double[] Normalized(ReadOnlySpan<double> rewards)
    {
        var centred = Centred(rewards);
        var squares = 0.0;
        foreach (var value in centred)
        {
            squares += value * value;
        }

        var deviation = rewards.Length > 1 ? Math.Sqrt(squares / (rewards.Length - 1)) : 0;
        return Array.ConvertAll(centred, value => value / (deviation + Epsilon));
    }

    /// <summary>Returns r − mean (Dr.GRPO: the deviation would favour prompts that are nearly always or never solved).</summary>
    public static double[] Centred(ReadOnlySpan<double> rewards)
    {
        var advantages = new double[rewards.Length];
        if (!GroupFilter.HasSignal(rewards))
        {
            return advantages;      // exactly 0: the mean of equal numbers may be another by rounding
        }

        var mean = 0.0;
        foreach (var reward in rewards)
        {
            mean += reward / rewards.Length;
        }

        for (var i = 0; i < advantages.Length; i++)
        {
            advantages[i] = rewards[i] - mean;
        }

        return advantages;
    }

    /// <summary>Returns r less the mean of the others (RLOO), which no own reward biases.</summary>
    public static double[] LeaveOneOut(ReadOnlySpan<double> rewards)
    {
        var scale = rewards.Length / (double)Math.Max(rewards.Length - 1, 1);
        return Array.ConvertAll(Centred(rewards), value => value * scale);
    }

    /// <summary>Returns the advantages that an estimator gives.</summary>
    /// <param name="estimator">To what rewards are compared.</param>
    /// <param name="normalizes">With <see cref="AdvantageEstimator.Grpo"/>: whether they are divided by the deviation.</param>
    /// <param name="rewards">Those of the group.</param>
    public static double[] Of(AdvantageEstimator estimator, bool normalizes, ReadOnlySpan<double> rewards) =>
        estimator == AdvantageEstimator.Rloo ? LeaveOneOut(rewards) : normalizes ? Normalized(rewards) : Centred(rewards);
}
