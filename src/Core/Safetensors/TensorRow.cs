using static TorchSharp.torch;

namespace LlmEfficiency.Core.Safetensors;

/// <summary>One tensor that is to be written.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The dimensions, outermost first.</param>
public sealed record TensorRow(string Name, ScalarType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Gets the size of its elements, in bytes.</summary>
    public long Bytes => Shape.Aggregate((long)ElementTypes.SizeOf(Type), (product, size) => checked(product * size));

    /// <summary>Describes a tensor.</summary>
    internal static TensorRow Of(string name, Tensor tensor) => new(name, tensor.dtype, tensor.shape);
}
