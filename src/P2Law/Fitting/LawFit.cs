using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Fitting;

/// <summary>A fitted law.</summary>
/// <param name="Law">The law.</param>
/// <param name="Parameters">The constants: coefficients, then exponents.</param>
/// <param name="Objective">The sum of squares or of Huber losses that was reached.</param>
/// <param name="Status">How the best search ended.</param>
/// <param name="Starts">How many searches were made.</param>
/// <param name="StartsAtBest">How many of them reached the objective, up to a millionth of it.</param>
/// <param name="AtBound">The names of the constants that lie at the end of their range.</param>
public sealed record LawFit(
    ILaw Law,
    double[] Parameters,
    double Objective,
    FitStatus Status,
    int Starts,
    int StartsAtBest,
    IReadOnlyList<string> AtBound)
{
    /// <summary>Returns the loss that the law predicts, in nats.</summary>
    public double Predict(in LawPoint point) => Law.Loss(Parameters, point);
}
