using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tensors;

/// <summary>Which keys each query attends to.</summary>
public sealed class Visibility
{
    private Visibility(bool isCausal, Tensor? mask) => (IsCausal, Mask) = (isCausal, mask);

    /// <summary>Gets the relation in which each query sees each key.</summary>
    public static Visibility Everything { get; } = new(false, null);

    /// <summary>
    /// Gets the relation in which query <c>i</c> sees the keys <c>0..i</c>; right only where nothing came before.
    /// </summary>
    public static Visibility Causal { get; } = new(true, null);

    /// <summary>Gets whether this is <see cref="Causal"/>.</summary>
    public bool IsCausal { get; }

    /// <summary>
    /// Gets the mask, <c>[batch or 1, 1, queries, keys]</c>, true where a query sees a key; null where none is needed.
    /// </summary>
    public Tensor? Mask { get; }

    /// <summary>Makes an arbitrary relation.</summary>
    /// <param name="mask">Booleans, <c>[batch or 1, 1, queries, keys]</c>; the caller keeps owning it.</param>
    public static Visibility Of(Tensor mask) =>
        mask.dtype == ScalarType.Bool && mask.dim() == 4 && mask.shape[1] == 1
            ? new(false, mask)
            : throw new ArgumentException("a mask is boolean, [batch or 1, 1, queries, keys]", nameof(mask));
}
