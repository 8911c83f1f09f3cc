using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Scoring;

/// <summary>Chooses the weights that become zero: those of least score; of equal ones the first goes first.</summary>
public static class WeightMask
{
    /// <summary>Chooses in each row by itself.</summary>
    /// <param name="scores">A score a weight, <c>[out, in]</c>; for N:M, M divides <c>in</c>.</param>
    /// <param name="pattern">How many go, and of which neighbours.</param>
    /// <returns>Whether a weight goes, <c>[out, in]</c>.</returns>
    public static Tensor OfRows(Tensor scores, SparsityPattern pattern)
    {
        using var scope = NewDisposeScope();
        var groups = pattern.IsGrouped ? scores.reshape(scores.shape[0], -1, pattern.Group) : scores;   // [out, groups, M]
        var count = pattern.IsGrouped ? pattern.Group - pattern.Kept : (long)(scores.shape[1] * pattern.Ratio);
        return Least(groups, count).reshape(scores.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Chooses in the whole matrix at once, or in the groups of N:M.</summary>
    /// <param name="scores">A score a weight, <c>[out, in]</c>; for N:M, M divides <c>in</c>.</param>
    /// <param name="pattern">How many go, and of which neighbours.</param>
    /// <returns>Whether a weight goes, <c>[out, in]</c>.</returns>
    public static Tensor OfMatrix(Tensor scores, SparsityPattern pattern)
    {
        using var scope = NewDisposeScope();
        return (pattern.IsGrouped ? OfRows(scores, pattern) : Least(scores.reshape(-1), (long)(scores.numel() * pattern.Ratio)))
            .reshape(scores.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Tells whether a matrix has as many zeros as a pattern asks for, and where it asks for them.</summary>
    /// <param name="weight">The matrix, <c>[out, in]</c>.</param>
    /// <param name="pattern">The pattern.</param>
    public static bool Follows(Tensor weight, SparsityPattern pattern)
    {
        using var scope = NewDisposeScope();
        var isZero = weight.eq(0);
        return pattern.IsGrouped
            ? isZero.reshape(-1, pattern.Group).sum(-1).min().item<long>() >= pattern.Group - pattern.Kept
            : isZero.sum().item<long>() > (weight.numel() * pattern.Ratio) - weight.shape.Max();    // each row or block rounds down
    }

    private static Tensor Least(Tensor scores, long count)
    {
        var (_, order) = scores.sort(-1, stable: true);
        return zeros(scores.shape, dtype: ScalarType.Bool, device: scores.device).scatter_(
            -1, order.narrow(-1, 0, count), ones(1, dtype: ScalarType.Bool, device: scores.device).expand_as(order.narrow(-1, 0, count)));
    }
}
