using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Packs weights.</summary>
/// <param name="read">Finds a matrix or vector by its Hugging Face name; it is disposed when it is packed.</param>
/// <param name="path">The instructions that will multiply by the matrices.</param>
internal sealed unsafe class PackingSource(Func<string, SourceRows> read, SimdPath path) : IPartSource
{
    /// <inheritdoc/>
    public PackedMatrix Matrix(WeightPart part)
    {
        var sources = new List<SourceRows>();
        try
        {
            sources.AddRange(part.Sources.Select(source => read(source.Name)));
            return PackedMatrix.Pack(sources, part.Format!.Value, path);
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }
    }

    /// <inheritdoc/>
    public NativeBuffer<float> Numbers(WeightPart part)
    {
        var buffer = new NativeBuffer<float>(part.Outputs);
        var first = 0;
        foreach (var (name, _) in part.Sources)
        {
            using var numbers = read(name);
            numbers.Read(0, 0, numbers.Outputs, buffer.Pointer + first);
            first += numbers.Outputs;
        }

        return buffer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
