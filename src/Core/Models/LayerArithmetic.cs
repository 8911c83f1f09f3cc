using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>
/// How those steps of a layer are computed whose numbers may depend on how many rows they are given. All other steps work on each
/// element alone, with operations that are rounded right, or copy.
/// </summary>
internal abstract class LayerArithmetic
{
    /// <summary>Gets the fastest way for a pass as a whole; a row's numbers depend, in their last bits, on the other rows.</summary>
    public static LayerArithmetic Fast { get; } = new FastArithmetic();

    /// <summary>Gets whether a row's numbers are bitwise the same alone and among any other rows.</summary>
    public abstract bool IsRowwise { get; }

    /// <summary>Returns a way whose numbers for a row depend on nothing but what the row sees.</summary>
    /// <param name="device">Where the model lies.</param>
    /// <param name="type">Its element type.</param>
    public static LayerArithmetic Rowwise(ComputeDevice device, ScalarType type) =>
        device.Torch.type == TorchSharp.DeviceType.CPU && type is ScalarType.Float32 or ScalarType.BFloat16
            ? KernelArithmetic.Instance
            : BlockArithmetic.Instance;

    /// <summary>Applies a linear map.</summary>
    /// <param name="input">Rows, <c>[..., in]</c>.</param>
    /// <param name="weight">The matrix, <c>[out, in]</c>.</param>
    /// <param name="bias">What is added, <c>[out]</c>.</param>
    /// <returns>Rows, <c>[..., out]</c>.</returns>
    public abstract Tensor Linear(Tensor input, Tensor weight, Tensor? bias);

    /// <summary>Divides rows by their root mean square and scales their components.</summary>
    /// <param name="input">Rows, <c>[..., hidden]</c>.</param>
    /// <param name="norm">The factors and constants.</param>
    public abstract Tensor Normalise(Tensor input, RmsNorm norm);

    /// <summary>Computes <c>silu(gate) · up</c>.</summary>
    /// <param name="gate">Rows, <c>[..., inner]</c>; may be overwritten.</param>
    /// <param name="up">Rows, <c>[..., inner]</c>.</param>
    public abstract Tensor Gate(Tensor gate, Tensor up);

    /// <summary>Attends over a cache.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="queries">Queries, <c>[rows, width, heads, headDim]</c>; their keys and values are in the cache.</param>
    /// <param name="plan">The pass, with its step.</param>
    /// <returns>The weighted values, <c>[rows, width, heads · headDim]</c>.</returns>
    public abstract Tensor Attend(int layer, Tensor queries, ForwardPlan plan);
}
