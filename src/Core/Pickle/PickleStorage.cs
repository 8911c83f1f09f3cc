using TorchSharp;

namespace LlmEfficiency.Core.Pickle;

/// <summary>A reference to the archive's entry <c>data/<paramref name="Key"/></c>.</summary>
internal sealed record PickleStorage(string Key, torch.ScalarType Type, long Count)
{
    /// <summary>Gets the size of an element in bytes.</summary>
    public int Width => Type switch
    {
        torch.ScalarType.Float64 or torch.ScalarType.Int64 => 8,
        torch.ScalarType.Float32 or torch.ScalarType.Int32 => 4,
        torch.ScalarType.Float16 or torch.ScalarType.BFloat16 or torch.ScalarType.Int16 => 2,
        _ => 1,
    };
}
