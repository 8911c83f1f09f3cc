using System.Runtime.InteropServices;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>The input vectors of tokens, and the gradient by them.</summary>
/// <typeparam name="T">The type of the weights.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
/// <param name="model">The parameters.</param>
internal sealed unsafe class FusedEmbedding<T, TElement>(FlatModel<T, TElement> model) : IDisposable
    where T : unmanaged
    where TElement : IElement<T>
{
    private readonly ParameterPlace _matrix = model.Layout[TransformerShapes.Embedding];
    private readonly NativeBuffer<float> _sum = new(model.Config.HiddenSize);

    private int Hidden => model.Config.HiddenSize;

    /// <summary>Looks up the vectors.</summary>
    /// <param name="shard">The tokens.</param>
    /// <param name="plan">Their plan.</param>
    /// <param name="target">Receives the vectors, <c>[rows, hidden]</c>; padding becomes zero.</param>
    public void Forward(PackedShard shard, ShardPlan plan, NativeBuffer<float> target)
    {
        for (var row = 0; row < plan.Tokens; row++)
        {
            RowKernel<T, TElement>.Widen(
                model.Weight(_matrix) + ((long)shard.Tokens[row] * Hidden), target.Pointer + ((long)row * Hidden), Hidden);
        }

        target.Slice((long)plan.Tokens * Hidden, (long)(plan.Rows - plan.Tokens) * Hidden).Clear();
    }

    /// <summary>Adds the gradient by the vectors: to the output matrix's where the two are tied, else to nothing.</summary>
    /// <param name="shard">The tokens.</param>
    /// <param name="plan">Their plan.</param>
    /// <param name="slopes">The derivative by the vectors, <c>[rows, hidden]</c>.</param>
    public void Backward(PackedShard shard, ShardPlan plan, float* slopes)
    {
        var gradient = model.Gradient(_matrix);
        if (!model.Config.TiesEmbeddings)
        {
            NativeMemory.Clear(gradient, (nuint)_matrix.Count * (nuint)sizeof(T));
        }

        // The rows of one token are added in fp32 and rounded once.
        var order = Enumerable.Range(0, plan.Tokens).OrderBy(row => shard.Tokens[row]).ToArray();
        for (var at = 0; at < order.Length;)
        {
            var token = shard.Tokens[order[at]];
            var row = gradient + ((long)token * Hidden);
            RowKernel<T, TElement>.Widen(row, _sum.Pointer, Hidden);
            for (; at < order.Length && shard.Tokens[order[at]] == token; at++)
            {
                RowKernel<float, Fp32>.Accumulate(_sum.Pointer, slopes + ((long)order[at] * Hidden), Hidden);
            }

            RowKernel<T, TElement>.Narrow(_sum.Pointer, row, Hidden);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sum.Dispose();
}
