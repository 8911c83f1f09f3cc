using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>What the forward pass of one layer leaves for the backward pass.</summary>
/// <typeparam name="T">The type of the activations.</typeparam>
internal sealed class LayerBuffers<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Takes the memory.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="rows">The most tokens of a shard.</param>
    public LayerBuffers(TransformerConfig config, int rows)
    {
        long tokens = rows, hidden = config.HiddenSize;
        long queries = config.HeadCount * config.HeadDim, keys = config.KeyValueHeadCount * config.HeadDim;
        AttentionInput = new NativeBuffer<T>(tokens * hidden);
        AttentionInverse = new NativeBuffer<float>(tokens);
        Queries = new NativeBuffer<T>(tokens * queries);
        Keys = new NativeBuffer<T>(tokens * keys);
        Values = new NativeBuffer<T>(tokens * keys);
        Attended = new NativeBuffer<T>(tokens * queries);
        LogSums = new NativeBuffer<float>(tokens * config.HeadCount);
        Middle = new NativeBuffer<float>(tokens * hidden);
        FeedForwardInput = new NativeBuffer<T>(tokens * hidden);
        FeedForwardInverse = new NativeBuffer<float>(tokens);
        Gate = new NativeBuffer<T>(tokens * config.InnerSize);
        Up = new NativeBuffer<T>(tokens * config.InnerSize);
        Product = new NativeBuffer<T>(tokens * config.InnerSize);
    }

    /// <summary>Gets the normalised input of attention, <c>[rows, hidden]</c>.</summary>
    public NativeBuffer<T> AttentionInput { get; }

    /// <summary>Gets the inverse roots of that norm, <c>[rows]</c>.</summary>
    public NativeBuffer<float> AttentionInverse { get; }

    /// <summary>Gets the turned queries, <c>[rows, heads · headDim]</c>; backward their derivative.</summary>
    public NativeBuffer<T> Queries { get; }

    /// <summary>Gets the turned keys, <c>[rows, kvHeads · headDim]</c>; backward their derivative.</summary>
    public NativeBuffer<T> Keys { get; }

    /// <summary>Gets the values, <c>[rows, kvHeads · headDim]</c>; backward their derivative.</summary>
    public NativeBuffer<T> Values { get; }

    /// <summary>Gets the weighted values, <c>[rows, heads · headDim]</c>.</summary>
    public NativeBuffer<T> Attended { get; }

    /// <summary>Gets the softmax's logarithms of sums, document by document <c>[heads, length]</c>.</summary>
    public NativeBuffer<float> LogSums { get; }

    /// <summary>Gets the residual stream between the halves of the layer, <c>[rows, hidden]</c>.</summary>
    public NativeBuffer<float> Middle { get; }

    /// <summary>Gets the normalised input of the feed-forward part, <c>[rows, hidden]</c>.</summary>
    public NativeBuffer<T> FeedForwardInput { get; }

    /// <summary>Gets the inverse roots of that norm, <c>[rows]</c>.</summary>
    public NativeBuffer<float> FeedForwardInverse { get; }

    /// <summary>Gets the gates, <c>[rows, inner]</c>; backward their derivative.</summary>
    public NativeBuffer<T> Gate { get; }

    /// <summary>Gets the factors that the gates open, <c>[rows, inner]</c>; backward their derivative.</summary>
    public NativeBuffer<T> Up { get; }

    /// <summary>Gets the gated products, <c>[rows, inner]</c>.</summary>
    public NativeBuffer<T> Product { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        IDisposable[] all =
        [
            AttentionInput, AttentionInverse, Queries, Keys, Values, Attended, LogSums, Middle,
            FeedForwardInput, FeedForwardInverse, Gate, Up, Product,
        ];
        Array.ForEach(all, buffer => buffer.Dispose());
    }
}
