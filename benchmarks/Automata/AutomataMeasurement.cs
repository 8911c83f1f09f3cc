namespace LlmEfficiency.Benchmarks.Automata;

/// <summary>One number of one size of the corpus.</summary>
/// <param name="Tokens">The tokens of the documents.</param>
/// <param name="Subject">What was measured.</param>
/// <param name="Measure">Which number of it.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Values">One value of each round, in ascending order.</param>
internal sealed record AutomataMeasurement(long Tokens, string Subject, string Measure, string Unit, IReadOnlyList<double> Values)
{
    /// <summary>Gets the value in the middle.</summary>
    public double Median => Values[Values.Count / 2];
}
