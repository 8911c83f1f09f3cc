using static TorchSharp.torch;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>Where one parameter lies in the flat array.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="Offset">Its first element.</param>
/// <param name="Shape">Its dimensions.</param>
public sealed record ParameterPlace(string Name, long Offset, IReadOnlyList<long> Shape)
{
    /// <summary>Gets the number of its elements.</summary>
    public long Count { get; } = Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Returns the parameter as a view into the flat tensor.</summary>
    /// <param name="flat">All parameters, <c>[length]</c>.</param>
    public Tensor Of(Tensor flat)
    {
        using var scope = NewDisposeScope();
        return flat.narrow(0, Offset, Count).view([.. Shape]).MoveToOuterDisposeScope();
    }
}
