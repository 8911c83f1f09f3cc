using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>What a forward pass works on. The tensors stay the caller's.</summary>
/// <param name="Tokens">Token ids, <c>[batch, seq]</c>, 64-bit.</param>
public sealed record ForwardRequest(Tensor Tokens)
{
    /// <summary>Gets the position of each token, <c>[batch, seq]</c>, 64-bit; null means 0, 1, 2 … in each row.</summary>
    public Tensor? Positions { get; init; }

    /// <summary>
    /// Gets what each token sees when nothing is cached; null means those before it and itself, within the model's window. A
    /// step decides for itself.
    /// </summary>
    public Visibility? Visibility { get; init; }

    /// <summary>Gets where keys and values are kept and read; null runs without a cache. The caller commits the step.</summary>
    public CacheStep? Step { get; init; }

    /// <summary>
    /// Gets which tokens get logits: indices into <c>[batch · seq]</c>, 64-bit; null means all. A prompt needs only its last, and
    /// the vocabulary is the widest multiplication of a small model.
    /// </summary>
    public Tensor? LogitTokens { get; init; }

    /// <summary>Gets how the pass is computed; the step must have been begun for it.</summary>
    internal LayerArithmetic Arithmetic { get; init; } = LayerArithmetic.Fast;

    /// <summary>Gets who looks on; null costs nothing.</summary>
    public IForwardObserver? Observer { get; init; }
}
