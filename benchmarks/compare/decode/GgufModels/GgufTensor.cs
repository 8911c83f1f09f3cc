namespace LlmEfficiency.GgufModels;

/// <summary>One fp32 tensor of a file.</summary>
/// <param name="Name">The name in GGUF's words.</param>
/// <param name="Sizes">The dimensions, innermost first.</param>
internal sealed record GgufTensor(string Name, params int[] Sizes)
{
    /// <summary>Gets whether the tensor scales what is normed, so that all of it is one.</summary>
    public bool IsNorm { get; private init; }

    /// <summary>Gets how many elements there are.</summary>
    public long Count => Sizes.Aggregate(1L, (product, size) => product * size);

    /// <summary>Returns the scales of a norm.</summary>
    public static GgufTensor Norm(string name, int size) => new(name, size) { IsNorm = true };
}
