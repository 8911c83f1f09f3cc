namespace LlmEfficiency.P2Law.Fitting;

/// <summary>Systems of a few equations with a symmetric positive matrix, solved in place.</summary>
internal static class SmallCholesky
{
    /// <summary>Replaces the lower triangle of A by that of its factor.</summary>
    /// <param name="matrix">A, <c>[count, count]</c>; only the lower triangle is read.</param>
    /// <param name="count">The number of equations.</param>
    /// <param name="leastPivot">A pivot that is not larger means that A is not positive.</param>
    /// <returns>False if A is not positive.</returns>
    public static bool TryFactor(Span<double> matrix, int count, double leastPivot)
    {
        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                var sum = matrix[(row * count) + column];
                for (var inner = 0; inner < column; inner++)
                {
                    sum -= matrix[(row * count) + inner] * matrix[(column * count) + inner];
                }

                if (row == column && !(sum > leastPivot))
                {
                    return false;
                }

                matrix[(row * count) + column] = row == column ? Math.Sqrt(sum) : sum / matrix[(column * count) + column];
            }
        }

        return true;
    }

    /// <summary>Replaces b by the solution of A x = b.</summary>
    /// <param name="factor">The factor of A.</param>
    /// <param name="count">The number of equations.</param>
    /// <param name="right">b, then x.</param>
    public static void Solve(ReadOnlySpan<double> factor, int count, Span<double> right)
    {
        for (var row = 0; row < count; row++)
        {
            for (var inner = 0; inner < row; inner++)
            {
                right[row] -= factor[(row * count) + inner] * right[inner];
            }

            right[row] /= factor[(row * count) + row];
        }

        for (var row = count - 1; row >= 0; row--)
        {
            for (var inner = row + 1; inner < count; inner++)
            {
                right[row] -= factor[(inner * count) + row] * right[inner];
            }

            right[row] /= factor[(row * count) + row];
        }
    }
}
