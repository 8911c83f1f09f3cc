using static TorchSharp.torch;

namespace LlmEfficiency.Core.Simd;

/// <summary>A part of a model as the engine keeps it: a matrix in panels, or numbers in fp32 (norms and biases).</summary>
/// <param name="Name">Its name; several tensors whose outputs lie one behind the other have one name together.</param>
/// <param name="Sources">The Hugging Face names of the tensors that it is made of, and how many outputs each has.</param>
/// <param name="Inputs">How many inputs a matrix has; 1 for numbers.</param>
/// <param name="Format">How a matrix is kept; null for numbers.</param>
internal sealed record WeightPart(string Name, IReadOnlyList<(string Name, int Outputs)> Sources, int Inputs, WeightFormat? Format)
{
    /// <summary>Gets how many outputs there are.</summary>
    public int Outputs { get; } = Sources.Sum(source => source.Outputs);

    /// <summary>Gets the name of the tensor that holds it in a packed file.</summary>
    public string StoredName => Format is null ? Name : $"{Name}.panels";

    /// <summary>Gets that tensor's element type.</summary>
    public ScalarType StoredType => Format switch
    {
        null or WeightFormat.Fp32 => ScalarType.Float32,
        WeightFormat.Bf16 => ScalarType.BFloat16,
        _ => ScalarType.Byte,
    };

    /// <summary>
    /// Gets that tensor's shape: <c>[outputs]</c> of numbers, <c>[panels · 16 · inputs]</c> of fp32 and <c>[panels · 16 · pairs, 2]</c> of bf16 (<see cref="Panels"/>),
    /// <c>[panels, blocks, bytes]</c> of quantized weights (<see cref="QuantizedBlocks"/>).
    /// </summary>
    public IReadOnlyList<long> StoredShape => Format switch
    {
        null => [Outputs],
        WeightFormat.Fp32 => [(long)Panels.Whole(Outputs) * Inputs],
        WeightFormat.Bf16 => [(long)Panels.Whole(Outputs) * ((Inputs + 1) / 2), 2],
        _ => [Panels.Count(Outputs), QuantizedBlocks.Count(Inputs), QuantizedBlocks.Bytes(Format == WeightFormat.Quantized4)],
    };
}
