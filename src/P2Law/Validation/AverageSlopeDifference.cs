using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>
/// The average slope difference (ASD): how far the predicted slope between neighbouring checkpoints of a run is from the measured
/// one. The paper does not publish its formula; this one is ours: per run, checkpoints in order of D,
/// slope_k = (y_{k+1} − y_k) / (D_{k+1} − D_k), and the mean over all runs and k of |predicted − measured|.
/// </summary>
public static class AverageSlopeDifference
{
    /// <summary>Computes it.</summary>
    /// <param name="rows">The measured losses.</param>
    /// <param name="predictions">The predicted losses, in the same order.</param>
    /// <returns>Nats per unit of tokens; null if no run has two checkpoints. Repeated checkpoints are averaged.</returns>
    public static double? Of(IReadOnlyList<LawObservation> rows, IReadOnlyList<double> predictions)
    {
        var differences = new List<double>();
        foreach (var run in Enumerable.Range(0, rows.Count).GroupBy(row => rows[row].Run))
        {
            var checkpoints = run.GroupBy(row => rows[row].Point.Tokens)
                .Select(same => (Tokens: same.Key, Error: same.Average(row => predictions[row] - rows[row].Loss)))
                .OrderBy(checkpoint => checkpoint.Tokens)
                .ToArray();
            for (var next = 1; next < checkpoints.Length; next++)
            {
                var (before, after) = (checkpoints[next - 1], checkpoints[next]);
                differences.Add(Math.Abs((after.Error - before.Error) / (after.Tokens - before.Tokens)));
            }
        }

        return differences.Count > 0 ? differences.Average() : null;
    }
}
