namespace LlmEfficiency.P2Law.Fitting;

/// <summary>Linear least squares with few coefficients, some of them at least zero: all active sets are tried.</summary>
internal static class NonNegativeLeastSquares
{
    /// <summary>The most coefficients.</summary>
    public const int MostTerms = 4;

    private const double LeastPivot = 1e-13;

    /// <summary>Solves min |Φ c − y|² from the normal equations.</summary>
    /// <param name="gram">ΦᵀΦ, <c>[terms, terms]</c>.</param>
    /// <param name="right">Φᵀy, <c>[terms]</c>.</param>
    /// <param name="signed">Bits of the coefficients that may be negative.</param>
    /// <param name="solution">Receives c, <c>[terms]</c>; 0 outside the active set.</param>
    /// <returns>Bits of the active set.</returns>
    public static int Solve(ReadOnlySpan<double> gram, ReadOnlySpan<double> right, int signed, Span<double> solution)
    {
        var terms = right.Length;
        Span<double> trial = stackalloc double[MostTerms];
        trial = trial[..terms];
        solution.Clear();
        var (best, bestGain) = (0, 0.0);
        for (var set = (1 << terms) - 1; set > 0; set--)
        {
            if (!TrySolve(gram, right, set, trial) || !IsAllowed(trial, set, signed))
            {
                continue;
            }

            var gain = 0.0; // yᵀΦ c = the part of |y|² that is explained
            for (var term = 0; term < terms; term++)
            {
                gain += right[term] * trial[term];
            }

            if (gain > bestGain)
            {
                (best, bestGain) = (set, gain);
                trial.CopyTo(solution);
            }

            if (set == (1 << terms) - 1)
            {
                break; // all coefficients are allowed: no smaller set is better
            }
        }

        return best;
    }

    private static bool IsAllowed(ReadOnlySpan<double> solution, int set, int signed)
    {
        for (var term = 0; term < solution.Length; term++)
        {
            if ((set & ~signed & (1 << term)) != 0 && !(solution[term] >= 0))
            {
                return false;
            }
        }

        return true;
    }

    // Cholesky on columns of length one.
    private static bool TrySolve(ReadOnlySpan<double> gram, ReadOnlySpan<double> right, int set, Span<double> solution)
    {
        var terms = right.Length;
        Span<int> at = stackalloc int[MostTerms];
        var count = 0;
        for (var term = 0; term < terms; term++)
        {
            if ((set & (1 << term)) != 0)
            {
                at[count++] = term;
            }
        }

        Span<double> factor = stackalloc double[MostTerms * MostTerms];
        Span<double> scale = stackalloc double[MostTerms];
        Span<double> value = stackalloc double[MostTerms];
        for (var row = 0; row < count; row++)
        {
            scale[row] = Math.Sqrt(gram[(at[row] * terms) + at[row]]);
            value[row] = right[at[row]] / scale[row];
            for (var column = 0; column <= row; column++)
            {
                factor[(row * count) + column] = gram[(at[row] * terms) + at[column]] / (scale[row] * scale[column]);
            }
        }

        solution.Clear();
        if (!SmallCholesky.TryFactor(factor, count, LeastPivot))
        {
            return false; // the columns are not independent, or one is zero
        }

        SmallCholesky.Solve(factor, count, value);
        for (var row = 0; row < count; row++)
        {
            solution[at[row]] = value[row] / scale[row];
        }

        return true;
    }
}
