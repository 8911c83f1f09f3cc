namespace LlmEfficiency.SparseRL.Tests.Retention;

/// <summary>The policies' scores once more, in fp64 and plain loops over one key/value head, written from the papers' formulas.</summary>
internal static class PlainScores
{
    /// <summary>SnapKV's importance of the first keys.</summary>
    /// <param name="queries">The latest queries of the head's group, <c>[group][window][headDim]</c>.</param>
    /// <param name="keys">Keys, <c>[n][headDim]</c>.</param>
    /// <param name="candidates">How many keys are scored.</param>
    /// <param name="kernel">How many neighbours share their best.</param>
    public static double[] Importance(double[][][] queries, double[][] keys, int candidates, int kernel)
    {
        var window = queries[0].Length;
        var mean = new double[candidates];
        for (var query = 0; query < window; query++)
        {
            var logits = Enumerable.Range(0, candidates)
                .Select(key => queries.Max(head => Dot(head[query], keys[key])) / Math.Sqrt(keys[0].Length)).ToArray();
            var sum = logits.Sum(Math.Exp);
            for (var key = 0; key < candidates; key++)
            {
                mean[key] += Math.Exp(logits[key]) / sum / window;
            }
        }

        return [.. Enumerable.Range(0, candidates).Select(key => Enumerable.Range(key - (kernel / 2), kernel)
            .Where(near => near >= 0 && near < candidates).Max(near => mean[near]))];
    }

    /// <summary>R-KV's redundancy of the first keys.</summary>
    public static double[] Redundancy(double[][] keys, int candidates, double threshold)
    {
        var n = keys.Length;
        var cosines = new double[n, n];
        for (var row = 0; row < n; row++)
        {
            for (var column = 0; column < n; column++)
            {
                cosines[row, column] = row == column ? 0 : Dot(keys[row], keys[column]) / (Norm(keys[row]) * Norm(keys[column]));
            }
        }

        for (var row = 0; row < n; row++)
        {
            var forgiven = 0;
            for (var column = 0; column < n; column++)
            {
                forgiven = cosines[row, column] > threshold ? column : forgiven;
            }

            cosines[row, forgiven] = 0;
        }

        double[] means = [.. Enumerable.Range(0, n).Select(column => Enumerable.Range(0, n).Average(row => cosines[row, column]))];
        var sum = means.Sum(Math.Exp);
        return [.. means.Take(candidates).Select(mean => Math.Exp(mean) / sum)];
    }

    /// <summary>TOVA's score: the latest query's attention, a mean of all heads.</summary>
    /// <param name="latest">The latest query of each head, <c>[kvHeads][group][headDim]</c>.</param>
    /// <param name="keys">Keys, <c>[kvHeads][n][headDim]</c>.</param>
    public static double[] Tova(double[][][] latest, double[][][] keys)
    {
        var (n, heads) = (keys[0].Length, latest.Sum(group => group.Length));
        var mean = new double[n];
        for (var kvHead = 0; kvHead < keys.Length; kvHead++)
        {
            foreach (var query in latest[kvHead])
            {
                double[] weights = [.. keys[kvHead].Select(key => Math.Exp(Dot(query, key) / Math.Sqrt(key.Length)))];
                for (var key = 0; key < n; key++)
                {
                    mean[key] += weights[key] / weights.Sum() / heads;
                }
            }
        }

        return mean;
    }

    /// <summary>KeyDiff's score: how little a key points where the mean unit key does.</summary>
    public static double[] KeyDiff(double[][] keys)
    {
        double[] anchor = [.. Enumerable.Range(0, keys[0].Length).Select(i => keys.Average(key => key[i] / Norm(key)))];
        return [.. keys.Select(key => -Dot(key, anchor) / (Norm(key) * Norm(anchor)))];
    }

    public static double Norm(double[] vector) => Math.Sqrt(Dot(vector, vector));

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();
}
