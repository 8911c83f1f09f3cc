using TorchSharp;

namespace LlmEfficiency.Core.Weights;

/// <summary>One stored tensor.</summary>
/// <param name="Name">The Hugging Face name.</param>
/// <param name="Shape">The dimensions, outermost first.</param>
/// <param name="Type">The element type that <see cref="IWeightSource.Read"/> returns.</param>
/// <param name="Encoding">
/// How the file stores the elements, in the format's own word (<c>BF16</c>, <c>Q4_0</c>).
/// </param>
/// <param name="StoredBytes">The size in the file, in bytes.</param>
public sealed record WeightEntry(
    string Name, IReadOnlyList<long> Shape, torch.ScalarType Type, string Encoding, long StoredBytes)
{
    /// <summary>Gets the number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));
}
