using LlmEfficiency.Core.Safetensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>
/// Writes a model into a new folder while its tensors are handed over one by one; <c>config.json</c> comes last, so that a folder
/// which has one is whole.
/// </summary>
public sealed class IncrementalCheckpoint : IDisposable
{
    private readonly string _folder;
    private readonly string _config;
    private readonly IncrementalShards _weights;

    /// <summary>Begins.</summary>
    /// <param name="folder">An existing folder without a model.</param>
    /// <param name="config">The configuration, which says the tensors that will come. Of tied matrices the embedding alone is one.</param>
    /// <param name="typeOf">Tells the element type of a tensor by its Hugging Face name.</param>
    /// <param name="maxShardBytes">The size from which the weights are split, in bytes.</param>
    /// <exception cref="Errors.LlmEfficiencyException">No Hugging Face family can express the model.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public IncrementalCheckpoint(
        string folder, HuggingFaceConfig config, Func<string, ScalarType> typeOf, long maxShardBytes = ShardWriter.DefaultShardBytes)
    {
        (_folder, _config) = (folder, config.ToJson());
        var rows = TransformerShapes.Of(config.Transformer).Select(pair => new TensorRow(pair.Key, typeOf(pair.Key), pair.Value));
        _weights = new IncrementalShards(folder, rows, maxShardBytes);
    }

    /// <summary>Writes one tensor.</summary>
    /// <param name="name">Its Hugging Face name; each comes once, in any order.</param>
    /// <param name="tensor">The tensor, on any device.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write(string name, Tensor tensor) => _weights.Write(name, tensor);

    /// <summary>Ends, when all tensors were written.</summary>
    /// <param name="generation">The generation defaults.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Finish(GenerationDefaults generation)
    {
        _weights.Finish();
        Storage.AtomicFile.WriteText(Path.Join(_folder, GenerationDefaults.FileName), generation.ToJson());
        Storage.AtomicFile.WriteText(Path.Join(_folder, HuggingFaceConfig.FileName), _config);
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();
}
