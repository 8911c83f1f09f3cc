using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Optimization;

/// <summary>Parameters in fp32 with the optimizer's two running means, all in the order of one layout.</summary>
internal sealed class ParameterState : IDisposable
{
    /// <summary>Takes the memory; everything is zero.</summary>
    public ParameterState(ParameterLayout layout)
    {
        Layout = layout;
        Weights = new NativeBuffer<float>(layout.Length);
        First = new NativeBuffer<float>(layout.Length);
        Second = new NativeBuffer<float>(layout.Length);
    }

    /// <summary>Gets where each parameter lies.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Gets the parameters.</summary>
    public NativeBuffer<float> Weights { get; }

    /// <summary>Gets the running mean of gradients.</summary>
    public NativeBuffer<float> First { get; }

    /// <summary>Gets the running mean of squared gradients.</summary>
    public NativeBuffer<float> Second { get; }

    /// <summary>Gets or sets which weights stay zero; null where none is kept so.</summary>
    public SparsityMask? Sparsity { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        First.Dispose();
        Second.Dispose();
    }
}
