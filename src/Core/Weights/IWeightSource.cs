using static TorchSharp.torch;

namespace LlmEfficiency.Core.Weights;

/// <summary>Named tensors that lie in a file: safetensors, GGUF or a PyTorch archive.</summary>
public interface IWeightSource : IDisposable
{
    /// <summary>
    /// Gets what the source holds, by Hugging Face name (<c>model.layers.0.self_attn.q_proj.weight</c>).
    /// </summary>
    IReadOnlyDictionary<string, WeightEntry> Entries { get; }

    /// <summary>Reads one tensor into host memory.</summary>
    /// <param name="name">A key of <see cref="Entries"/>.</param>
    /// <returns>
    /// A CPU tensor of the entry's shape. Its memory may be the file's own mapping: it must not be written to, and it
    /// must not outlive the source.
    /// </returns>
    /// <exception cref="Errors.MalformedFileException">The stored bytes break the format.</exception>
    Tensor Read(string name);

    /// <summary>Returns where a tensor's numbers lie in memory in the entry's type and order, to be read while the source is open; zero where they must be read.</summary>
    /// <param name="name">A key of <see cref="Entries"/>.</param>
    IntPtr Locate(string name) => IntPtr.Zero;
}
