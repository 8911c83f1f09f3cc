using LlmEfficiency.Core.Errors;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Scoring;

/// <summary>Sets weights to zero column by column, and mends the columns behind for what is lost. All in fp64.</summary>
/// <remarks>SparseGPT, algorithm 1 (arXiv 2301.00774); <c>H = 2/n Σ X Xᵀ</c> over n sequences as in its code.</remarks>
public static class SparseGpt
{
    private const int Attempts = 5;         // each with ten times the damping
    private const long RowsAtOnce = 1024;   // so many inputs are in memory in fp64

    /// <summary>Sums the products of a linear map's inputs.</summary>
    /// <param name="inputs">Inputs, <c>[tokens, in]</c>, of any element type; they are converted before they are multiplied.</param>
    /// <returns>Σ_tokens x xᵀ in fp64, <c>[in, in]</c>; sums of several batches add up.</returns>
    public static Tensor ProductSum(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        var (tokens, width) = (inputs.shape[0], inputs.shape[1]);
        var sum = zeros(width, width, dtype: ScalarType.Float64, device: inputs.device);
        for (var start = 0L; start < tokens; start += RowsAtOnce)
        {
            using var part = NewDisposeScope();
            var rows = inputs.narrow(0, start, Math.Min(RowsAtOnce, tokens - start)).to(ScalarType.Float64);     // [rows, in]
            _ = sum.addmm_(rows.t(), rows);
        }

        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>Factors the inverse of the Hessian.</summary>
    /// <param name="hessian">H, <c>[in, in]</c>, fp64; a channel whose input is always zero counts as 1.</param>
    /// <param name="damping">What is added to the diagonal, as a part of its mean; ten times more while H has no factor.</param>
    /// <returns>U with <c>H⁻¹ = Uᵀ U</c>, upper triangular, <c>[in, in]</c>.</returns>
    /// <exception cref="LlmEfficiencyException">H has no factor under any damping.</exception>
    public static Tensor InverseFactor(Tensor hessian, double damping)
    {
        using var scope = NewDisposeScope();
        var diagonal = hessian.diag();
        var alive = hessian.add(eq(diagonal, 0).to(ScalarType.Float64).diag());
        var mean = alive.diag().mean().item<double>();
        for (var attempt = 0; attempt < Attempts; attempt++, damping = damping > 0 ? damping * 10 : 1e-4)
        {
            using var trial = NewDisposeScope();
            var damped = alive.add(eye(alive.shape[0], dtype: ScalarType.Float64, device: alive.device).mul(damping * mean));
            var (lower, failed) = linalg.cholesky_ex(damped);
            if (failed.item<int>() != 0)
            {
                continue;
            }

            var (inverse, lost) = linalg.cholesky_ex(cholesky_inverse(lower));
            if (lost.item<int>() == 0)
            {
                return inverse.t().contiguous().MoveToOuterDisposeScope().MoveToOuterDisposeScope();
            }
        }

        throw new LlmEfficiencyException(
            ErrorKind.Numerics, "the Hessian of a linear map's inputs is not positive definite: take more calibration text or more damping");
    }

    /// <summary>Prunes a matrix.</summary>
    /// <param name="weight">The matrix, <c>[out, in]</c>.</param>
    /// <param name="hessian">H, <c>[in, in]</c>, fp64.</param>
    /// <param name="pattern">How many go; without groups, of each block of columns as many.</param>
    /// <param name="blockSize">How many columns are settled before those behind are updated; a multiple of M.</param>
    /// <param name="damping">As in <see cref="InverseFactor"/>.</param>
    /// <returns>The new matrix in fp64, <c>[out, in]</c>, and the loss Σ (w − q)² / (2 U_ii²).</returns>
    public static (Tensor Weight, double Loss) Prune(
        Tensor weight, Tensor hessian, SparsityPattern pattern, int blockSize = 128, double damping = 0.01)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var factor = InverseFactor(hessian, damping);
        // Transposed, so that a column of the matrix lies together: [in, out].
        var columns = weight.to(ScalarType.Float64).t().mul(ne(hessian.diag(), 0).unsqueeze(1)).contiguous();
        var loss = 0.0;
        for (var start = 0L; start < columns.shape[0]; start += blockSize)
        {
            using var inner = NewDisposeScope();
            var size = Math.Min(blockSize, columns.shape[0] - start);
            var behind = columns.shape[0] - start - size;
            var block = columns.narrow(0, start, size);                             // a view: written in place
            var (errors, blockLoss) = PruneBlock(block, factor.narrow(0, start, size).narrow(1, start, size), pattern);
            loss += blockLoss;
            if (behind > 0)
            {
                var across = factor.narrow(0, start, size).narrow(1, start + size, behind);     // [size, behind]
                _ = columns.narrow(0, start + size, behind).sub_(across.t().mm(errors));
            }
        }

        return (columns.t().contiguous().MoveToOuterDisposeScope(), loss);
    }

    private static (Tensor Errors, double Loss) PruneBlock(Tensor block, Tensor factor, SparsityPattern pattern)
    {
        var diagonal = factor.diag();                                               // [size]
        var errors = zeros_like(block);                                             // [size, out]
        var goes = pattern.IsGrouped ? zeros_like(block, dtype: ScalarType.Bool) : Choose(block, diagonal, pattern);
        for (var column = 0L; column < block.shape[0]; column++)
        {
            using var scope = NewDisposeScope();
            if (pattern.IsGrouped && column % pattern.Group == 0)
            {
                var group = block.narrow(0, column, pattern.Group);
                _ = goes.narrow(0, column, pattern.Group).copy_(Choose(group, diagonal.narrow(0, column, pattern.Group), pattern));
            }

            var error = block[column].mul(goes[column]).div(diagonal[column]);      // [out]
            _ = errors[column].copy_(error);
            var behind = block.narrow(0, column, block.shape[0] - column);          // this column too: it becomes zero where it goes
            _ = behind.sub_(factor[column].narrow(0, column, block.shape[0] - column).unsqueeze(1).mul(error));
            _ = block[column].masked_fill_(goes[column], 0);                        // exactly
        }

        return (errors, errors.square().sum().item<double>() / 2);
    }

    private static Tensor Choose(Tensor columns, Tensor diagonal, SparsityPattern pattern)
    {
        var scores = columns.square().div(diagonal.square().unsqueeze(1)).t();      // [out, in]
        return WeightMask.OfMatrix(scores, pattern).t();
    }
}
