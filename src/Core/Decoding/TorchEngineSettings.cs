using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Decoding;

/// <summary>How the TorchSharp engine runs.</summary>
public sealed record TorchEngineSettings
{
    /// <summary>
    /// Gets how many tokens of a long row go through the model at a time, which bounds the memory of its attention; 512 by default.
    /// A row with an ancestor mask is never divided.
    /// </summary>
    public int ChunkLength { get; init; } = 512;

    /// <summary>
    /// Gets whether a token's logits, keys and values are bitwise the same however many tokens, drafts and sequences are run with
    /// it, and however its prompt was divided: they depend on nothing but the tokens it sees. Observers are then not shown attention.
    /// </summary>
    public bool IsStrict { get; init; }

    /// <summary>Gets whether a strict engine uses libtorch alone where there are kernels: their twin, for tests.</summary>
    internal bool AvoidsKernels { get; init; }

    /// <summary>Returns how a model's layers compute.</summary>
    internal LayerArithmetic ArithmeticFor(Transformer model) => !IsStrict ? LayerArithmetic.Fast
        : AvoidsKernels ? BlockArithmetic.Instance
        : LayerArithmetic.Rowwise(model.Device, model.ElementType);
}
