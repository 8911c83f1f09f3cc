namespace LlmEfficiency.Core.Backpropagation;

/// <summary>Losses that are functions of the targets' log-probabilities.</summary>
public static class TokenObjectives
{
    /// <summary>Returns the cross-entropy, <c>-scale · Σ log p</c>: of all tokens for pretraining, of the answers' for SFT.</summary>
    /// <param name="scale">One over the number of targets of the whole batch.</param>
    public static TokenObjective CrossEntropy(double scale) => (_, logProbabilities, slopes) =>
    {
        var sum = 0.0;
        foreach (var value in logProbabilities)
        {
            sum += value;
        }

        slopes.Fill((float)-scale);
        return -scale * sum;
    };
}
