using LlmEfficiency.Core.Kernels;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Simd;

/// <summary>Packs tensors.</summary>
/// <param name="read">Reads a tensor by its Hugging Face name; it is disposed when it is packed.</param>
/// <param name="path">The instructions that will multiply by the matrices.</param>
internal sealed class PackingSource(Func<string, Tensor> read, SimdPath path) : IPartSource
{
    /// <inheritdoc/>
    public PackedMatrix Matrix(WeightPart part)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        return PackedMatrix.Pack([.. part.Sources.Select(source => read(source.Name))], part.Format!.Value, path);
    }

    /// <inheritdoc/>
    public NativeBuffer<float> Numbers(WeightPart part)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var numbers = part.Sources.SelectMany(source => read(source.Name).to(ScalarType.Float32).contiguous().data<float>().ToArray()).ToArray();
        var buffer = new NativeBuffer<float>(numbers.Length);
        numbers.CopyTo(buffer.Slice(0, numbers.Length));
        return buffer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
