using static TorchSharp.torch;

namespace LlmEfficiency.Core.Weights;

/// <summary>Some tensors of a source, which is taken over.</summary>
/// <param name="source">The source.</param>
/// <param name="isWanted">Whether a tensor is one of them, by its name.</param>
public sealed class SelectedWeights(IWeightSource source, Func<string, bool> isWanted) : IWeightSource
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightEntry> Entries { get; } = source.Entries.Where(pair => isWanted(pair.Key)).ToDictionary();

    /// <inheritdoc/>
    public Tensor Read(string name) => source.Read(name);

    /// <inheritdoc/>
    public IntPtr Locate(string name) => source.Locate(name);

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
