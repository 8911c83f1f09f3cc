using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>What all layers share during a pass of one shard.</summary>
/// <typeparam name="T">The type of the activations.</typeparam>
internal sealed unsafe class PassBuffers<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Takes the memory.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="rows">The most tokens of a shard.</param>
    public PassBuffers(TransformerConfig config, int rows)
    {
        var widest = Math.Max(config.HiddenSize, config.HeadCount * config.HeadDim);
        Residual = new NativeBuffer<float>((long)rows * config.HiddenSize);
        Narrow = new NativeBuffer<T>((long)rows * widest);
        Slope = new NativeBuffer<T>((long)rows * widest);
        InnerSlope = new NativeBuffer<T>((long)rows * config.InnerSize);
        Norm = new NativeBuffer<float>(config.HiddenSize);
        NormSlope = new NativeBuffer<float>(config.HiddenSize);
        Positions = new NativeBuffer<int>(rows);
        var half = config.HeadDim / 2;
        (Cosines, Sines) = (new NativeBuffer<float>((long)rows * half), new NativeBuffer<float>((long)rows * half));
        var frequencies = RotaryFrequencies.Compute(config.HeadDim, config.RopeTheta, config.RopeScaling);
        for (var position = 0; position < rows; position++)
        {
            for (var pair = 0; pair < half; pair++)
            {
                var (sine, cosine) = Math.SinCos(position * frequencies[pair]);
                (Cosines.Pointer[(position * half) + pair], Sines.Pointer[(position * half) + pair]) = ((float)cosine, (float)sine);
            }
        }

        Attention = new AttentionScratch(config.HeadDim);
    }

    /// <summary>Gets the derivative by the residual stream, <c>[rows, hidden]</c>.</summary>
    public NativeBuffer<float> Residual { get; }

    /// <summary>Gets a place for the rounded derivative or a projection's result, <c>[rows, hidden or queries]</c>.</summary>
    public NativeBuffer<T> Narrow { get; }

    /// <summary>Gets a place for a derivative, <c>[rows, hidden or queries]</c>.</summary>
    public NativeBuffer<T> Slope { get; }

    /// <summary>Gets a place for the derivative by the gated products, <c>[rows, inner]</c>.</summary>
    public NativeBuffer<T> InnerSlope { get; }

    /// <summary>Gets a norm's factors, <c>[hidden]</c>.</summary>
    public NativeBuffer<float> Norm { get; }

    /// <summary>Gets the derivative by a norm's factors, <c>[hidden]</c>.</summary>
    public NativeBuffer<float> NormSlope { get; }

    /// <summary>Gets the position of each token in its document, <c>[rows]</c>.</summary>
    public NativeBuffer<int> Positions { get; }

    /// <summary>Gets the cosines of the rotary angles, <c>[positions, headDim / 2]</c>.</summary>
    public NativeBuffer<float> Cosines { get; }

    /// <summary>Gets the sines of the rotary angles, <c>[positions, headDim / 2]</c>.</summary>
    public NativeBuffer<float> Sines { get; }

    /// <summary>Gets the work space of attention.</summary>
    public AttentionScratch Attention { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        IDisposable[] all = [Residual, Narrow, Slope, InnerSlope, Norm, NormSlope, Positions, Cosines, Sines, Attention];
        Array.ForEach(all, buffer => buffer.Dispose());
    }
}
