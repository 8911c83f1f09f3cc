using static TorchSharp.torch;

namespace LlmEfficiency.Core.Weights;

/// <summary>The order of a query or key projection's rows, which says which two rows are rotated together.</summary>
public static class RotaryRows
{
    /// <summary>
    /// Takes each head's rows from interleaved order (pairs 2i, 2i+1: original Llama, llama2.c, GGUF of Llama) to
    /// Hugging Face's (pairs i, i + headDim/2).
    /// </summary>
    /// <param name="rows"><c>[heads·headDim, hidden]</c>, or <c>[heads·headDim]</c> for a bias.</param>
    /// <param name="headCount">The number of heads, which divides the rows into even parts.</param>
    /// <returns>A copy of the same shape.</returns>
    public static Tensor ToHalves(Tensor rows, long headCount)
    {
        using var scope = NewDisposeScope();
        var half = rows.shape[0] / headCount / 2;
        return rows.reshape(headCount, half, 2, -1) // [heads, headDim/2, 2, hidden]
            .transpose(1, 2)                        // [heads, 2, headDim/2, hidden]
            .contiguous()
            .reshape(rows.shape)
            .MoveToOuterDisposeScope();
    }
}
