using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Loading;

/// <summary>Writes models as Hugging Face folders.</summary>
public static class ModelConversion
{
    /// <summary>Converts a stored model of any form.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The new folder; it must be empty or not be there.</param>
    /// <param name="elementType">The element type that is written.</param>
    /// <param name="maxShardBytes">The size from which the weights are split, in bytes.</param>
    /// <param name="progress">Told of each tensor.</param>
    /// <exception cref="LlmEfficiencyException">The model is malformed, or the folder cannot be written.</exception>
    public static void Convert(
        StoredModel model,
        string folder,
        ScalarType elementType,
        long maxShardBytes = ShardWriter.DefaultShardBytes,
        IProgress<LoadProgress>? progress = null)
    {
        WholeFolder.RequireEmpty(folder);
        using var loaded = model.Load(new LoadSettings(ComputeDevice.Cpu, elementType), progress);
        var config = new HuggingFaceConfig { Transformer = model.Config, ElementType = elementType };
        WholeFolder.Write(folder, part =>
        {
            model.WriteTokenizer(part);
            CheckpointFolder.Write(part, config, loaded.state_dict(), model.Defaults, maxShardBytes);
        });
    }

    /// <summary>Writes a model with random weights and a byte tokenizer.</summary>
    /// <param name="preset">A key of <see cref="Models.ModelPresets.All"/>.</param>
    /// <param name="folder">The new folder; it must be empty or not be there.</param>
    /// <param name="seed">The source of the weights.</param>
    /// <param name="elementType">The element type that is written.</param>
    /// <exception cref="LlmEfficiencyException">The preset is unknown, or the folder cannot be written.</exception>
    public static void WriteRandom(string preset, string folder, ulong seed, ScalarType elementType)
    {
        var config = RandomModel.Config(preset);
        WholeFolder.RequireEmpty(folder);
        using var model = OutOfMemory.Guard(() => RandomModel.Create(config, seed, ComputeDevice.Cpu, elementType), ComputeDevice.Cpu);
        WholeFolder.Write(folder, part =>
        {
            TokenizerJsonWriter.Write(part, RandomModel.Vocabulary.ToTokenizer());
            var description = new HuggingFaceConfig { Transformer = config, ElementType = elementType };
            CheckpointFolder.Write(part, description, model.state_dict(), new GenerationDefaults());
        });
    }
}
