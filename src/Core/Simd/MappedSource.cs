using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Takes parts that lie in memory packed, where they lie.</summary>
/// <param name="find">Tells where a part's first byte lies, with as many behind it as its stored shape says.</param>
/// <param name="owner">Keeps the memory; disposed with the source.</param>
/// <param name="path">The instructions that will multiply by the matrices.</param>
internal sealed unsafe class MappedSource(Func<WeightPart, IntPtr> find, IDisposable owner, SimdPath path) : IPartSource
{
    /// <inheritdoc/>
    public PackedMatrix Matrix(WeightPart part) => PackedMatrix.Over((void*)find(part), part, path);

    /// <inheritdoc/>
    public NativeBuffer<float> Numbers(WeightPart part) => new((float*)find(part), part.Outputs);

    /// <inheritdoc/>
    public void Dispose() => owner.Dispose();
}
