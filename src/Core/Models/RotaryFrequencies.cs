namespace LlmEfficiency.Core.Models;

/// <summary>The angle per position of each pair of a head's components.</summary>
public static class RotaryFrequencies
{
    /// <summary>Computes the frequencies of one model.</summary>
    /// <param name="headDim">The width of a head; pair <c>i</c> is made of components <c>i</c> and <c>i + headDim / 2</c>.</param>
    /// <param name="theta">The base.</param>
    /// <param name="scaling">How they are stretched; null leaves them as they are.</param>
    /// <returns>Radians per position, <c>[headDim / 2]</c>.</returns>
    public static double[] Compute(int headDim, double theta, RopeScaling? scaling)
    {
        var frequencies = new double[headDim / 2];
        for (var pair = 0; pair < frequencies.Length; pair++)
        {
            frequencies[pair] = Scale(Math.Pow(theta, -2.0 * pair / headDim), scaling);
        }

        return frequencies;
    }

    private static double Scale(double frequency, RopeScaling? scaling) => scaling switch
    {
        null => frequency,
        RopeScaling.Linear linear => frequency / linear.Factor,
        RopeScaling.Llama3 llama => Scale(frequency, llama),
        _ => throw new ArgumentException($"unknown rotary scaling {scaling.GetType().Name}", nameof(scaling)),
    };

    private static double Scale(double frequency, RopeScaling.Llama3 rule)
    {
        var turns = rule.OriginalContextLength * frequency / (2 * Math.PI);        // in the context trained on first
        var kept = (turns - rule.LowFrequencyFactor) / (rule.HighFrequencyFactor - rule.LowFrequencyFactor);
        kept = Math.Clamp(kept, 0, 1);
        return (kept * frequency) + ((1 - kept) * frequency / rule.Factor);
    }
}
