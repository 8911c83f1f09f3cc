namespace LlmEfficiency.Core.Evaluation;

/// <summary>What a model thinks of the choices of one question.</summary>
/// <param name="LogLikelihoods">The natural log-likelihood of each choice.</param>
/// <param name="TokenCounts">How many tokens each has.</param>
/// <param name="ByteCounts">How many UTF-8 bytes each has.</param>
public sealed record ChoiceScore(
    IReadOnlyList<double> LogLikelihoods, IReadOnlyList<int> TokenCounts, IReadOnlyList<int> ByteCounts)
{
    /// <summary>Gets the most likely choice, the first among equals.</summary>
    public int Best => IndexOfLargest(LogLikelihoods);

    /// <summary>Gets the choice of the most likely average token.</summary>
    public int BestPerToken => IndexOfLargest([.. LogLikelihoods.Zip(TokenCounts, (sum, count) => sum / count)]);

    /// <summary>Gets the choice of the largest log-likelihood a byte.</summary>
    public int BestPerByte =>
        IndexOfLargest([.. LogLikelihoods.Zip(ByteCounts, (sum, count) => sum / Math.Max(count, 1))]);

    private static int IndexOfLargest(IReadOnlyList<double> values) =>
        Enumerable.Range(0, values.Count).MaxBy(index => values[index]);
}
